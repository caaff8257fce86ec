/// A small symmetric matrix of order 2 to 8, row by row.
package struct SymmetricMatrix: Equatable, Sendable {
    package let order: Int
    private var cells: [Double]

    /// All zeros.
    package init(order: Int) {
        self.order = order
        cells = Array(repeating: 0, count: order * order)
    }

    /// Setting a cell sets its mirror too.
    package subscript(row: Int, column: Int) -> Double {
        get { cells[row * order + column] }
        set {
            cells[row * order + column] = newValue
            cells[column * order + row] = newValue
        }
    }

    /// Eigenvalues and their vectors of unit length, in no particular order.
    ///
    /// Jacobi's rotations (Golub and Van Loan, Matrix Computations, section 8.5): slow for large matrices, and accurate
    /// to the last digits for small ones.
    package func eigen() -> (values: [Double], vectors: [[Double]]) {
        var matrix = self
        var vectors = (0..<order).map { row in (0..<order).map { $0 == row ? 1.0 : 0.0 } }
        for _ in 0..<64 {
            var isDiagonal = true
            for p in 0..<order {
                for q in (p + 1)..<max(order, p + 1) where matrix.isFelt(p, q) {
                    isDiagonal = false
                    matrix.rotate(p, q, &vectors)
                }
            }
            if isDiagonal { break }
        }
        return ((0..<order).map { matrix[$0, $0] }, vectors)
    }

    /// Whether a cell off the diagonal shows beside its neighbours on it.
    private func isFelt(_ p: Int, _ q: Int) -> Bool {
        abs(self[p, q]) > 1e-17 * (abs(self[p, p]) + abs(self[q, q])) && self[p, q] != 0
    }

    /// The rotation that makes cell (p, q) zero.
    private mutating func rotate(_ p: Int, _ q: Int, _ vectors: inout [[Double]]) {
        let slope = (self[q, q] - self[p, p]) / (2 * self[p, q])
        let tangent = (slope < 0 ? -1 : 1) / (abs(slope) + (slope * slope + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        let sine = tangent * cosine
        let (pp, qq, pq) = (self[p, p], self[q, q], self[p, q])
        for k in 0..<order where k != p && k != q {
            let (kp, kq) = (self[k, p], self[k, q])
            self[k, p] = cosine * kp - sine * kq
            self[k, q] = sine * kp + cosine * kq
        }
        self[p, p] = pp - tangent * pq
        self[q, q] = qq + tangent * pq
        self[p, q] = 0
        for k in 0..<order {
            let (vp, vq) = (vectors[p][k], vectors[q][k])
            vectors[p][k] = cosine * vp - sine * vq
            vectors[q][k] = sine * vp + cosine * vq
        }
    }
}
