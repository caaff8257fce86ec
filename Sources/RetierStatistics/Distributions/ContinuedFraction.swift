/// Continued fractions b0 + a1 / (b1 + a2 / (b2 + ...)).
enum ContinuedFraction {
    /// The value, by Lentz's method as Thompson and Barnett mended it (Journal of Computational Physics 64, 1986).
    ///
    /// `term` gives a and b of a place, counted from 1. Ends when a further place changes nothing.
    static func value(first: Double, _ term: (Int) -> (a: Double, b: Double)) -> Double {
        let tiny = 1e-300
        var value = first == 0 ? tiny : first
        var (c, d) = (value, 0.0)
        for place in 1...20_000 {
            let (a, b) = term(place)
            d = b + a * d
            if d == 0 { d = tiny }
            c = b + a / c
            if c == 0 { c = tiny }
            d = 1 / d
            let factor = c * d
            value *= factor
            if abs(factor - 1) < 1e-16 { break }
        }
        return value
    }
}
