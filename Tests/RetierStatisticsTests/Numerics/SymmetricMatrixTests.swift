import RetierStatistics
import RetierTestSupport
import Testing

@Suite struct SymmetricMatrixTests {
    @Test func eigenvectorsMakeTheMatrixAgain() {
        var generator = SeededGenerator(seed: 3)
        for order in 2...5 {
            for _ in 0..<50 {
                var matrix = SymmetricMatrix(order: order)
                for row in 0..<order {
                    for column in 0...row { matrix[row, column] = Double.random(in: -9...9, using: &generator) }
                }
                let (values, vectors) = matrix.eigen()
                for row in 0..<order {
                    for column in 0..<order {
                        let sum = (0..<order).reduce(0.0) { $0 + values[$1] * vectors[$1][row] * vectors[$1][column] }
                        #expect(abs(sum - matrix[row, column]) < 1e-13 * 9 * Double(order), "seed \(generator.seed)")
                        let product = (0..<order).reduce(0.0) { $0 + vectors[row][$1] * vectors[column][$1] }
                        #expect(abs(product - (row == column ? 1 : 0)) < 1e-14)
                    }
                }
            }
        }
    }

    /// Eigenvalues of [[2, 1], [1, 2]] are 1 and 3; those of widely different size keep their digits.
    @Test func knownEigenvalues() {
        var matrix = SymmetricMatrix(order: 2)
        (matrix[0, 0], matrix[1, 1], matrix[0, 1]) = (2, 2, 1)
        #expect(matrix.eigen().values.sorted().map { ($0 * 1e15).rounded() } == [1e15, 3e15])
        (matrix[0, 0], matrix[1, 1], matrix[0, 1]) = (1e12, 1, 1)
        #expect(abs(matrix.eigen().values.min() ?? 0 - (1 - 1e-12)) <= 1)
    }
}

@Suite struct MaximiserTests {
    /// Rosenbrock's valley turned round, whose top is 0 at (1, 1).
    @Test func theTopOfACurvedRidgeIsFound() {
        let maximiser = Maximiser(lower: [-9, -9], upper: [9, 9]) { point in
            let (x, y) = (point[0], point[1])
            var curvature = Curvature(order: 2)
            curvature.value = -(1 - x) * (1 - x) - 100 * (y - x * x) * (y - x * x)
            curvature.gradient = [2 * (1 - x) + 400 * x * (y - x * x), -200 * (y - x * x)]
            curvature.hessian[0, 0] = -2 + 400 * (y - 3 * x * x)
            curvature.hessian[0, 1] = 400 * x
            curvature.hessian[1, 1] = -200
            return curvature
        }
        for start in [[-1.2, 1.0], [5, -5], [0, 0], [-8, 8]] {
            let maximum = maximiser.search(from: start)
            #expect(maximum.isInterior)
            #expect(abs(maximum.point[0] - 1) < 1e-9 && abs(maximum.point[1] - 1) < 1e-9, "from \(start)")
            #expect(abs(maximum.condition - 2508) < 1)
        }
    }

    @Test func aTopOnTheEdgeIsNoInteriorMaximum() {
        let maximiser = Maximiser(lower: [-3, -3], upper: [3, 3]) { point in
            var curvature = Curvature(order: 2)
            curvature.value = point[0] - point[1] * point[1]
            curvature.gradient = [1, -2 * point[1]]
            curvature.hessian[1, 1] = -2
            return curvature
        }
        let maximum = maximiser.search(from: [0, 1])
        #expect(!maximum.isInterior)
        #expect(maximum.point[0] == 3 && abs(maximum.point[1]) < 1e-3)
    }
}
