extension Unicode.Scalar {
    /// One of `A` to `Z`, `a` to `z`, `0` to `9`.
    package var isASCIILetterOrDigit: Bool {
        switch self {
        case "0"..."9", "a"..."z", "A"..."Z": true
        default: false
        }
    }
}
