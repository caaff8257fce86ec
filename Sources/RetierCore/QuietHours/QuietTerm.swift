/// Which windows an action keeps and in which zone, by names: what plans and messages remember, so that a late delivery
/// keeps them, too.
package struct QuietTerm: Hashable, Sendable {
    // A box: most decisions have no term, and those that do share few.
    private indirect enum Box: Hashable, Sendable { case content(text: String, sendAt: Instant?) }
    private let box: Box

    /// - Parameters:
    ///   - windows: of the programme, in its order.
    ///   - sendAt: the first moment that lies in none of them, where that was not at once.
    package init(zone: String, windows: [QuietWindow], sendAt: Instant?) {
        box = .content(text: ([zone] + windows.map(\.id)).joined(separator: " "), sendAt: sendAt)
    }

    /// The zone's name and the windows' ids, with spaces between.
    package var text: String {
        switch box {
        case .content(let text, _): text
        }
    }

    package var sendAt: Instant? {
        switch box {
        case .content(_, let sendAt): sendAt
        }
    }

    /// The zone and the windows that a text names.
    package static func names(in text: String) -> (zone: String, windows: [String]) {
        let words = text.split(separator: " ").map(String.init)
        return (words.first ?? "", Array(words.dropFirst()))
    }
}
