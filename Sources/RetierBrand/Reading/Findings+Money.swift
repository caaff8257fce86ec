import RetierCore

extension Findings {
    /// An amount of money; nil, and reported, where it has more decimals than the currency.
    ///
    /// Nil without a word for what is no amount at all: its shape is checked elsewhere.
    /// - Parameter name: what the message is about, where the amount itself does not say it.
    mutating func money(_ node: YAMLNode, in currency: Currency, named name: String? = nil) -> Money? {
        guard let text = node.text, TextFormat.money.accepts(text) else { return nil }
        if let money = Money(text: text, decimals: currency.decimals) { return money }
        add(
            "bad-value", at: node, message: "`\(name ?? text)` has more decimals than \(currency.code)",
            hint: "write at most \(currency.decimals) decimals")
        return nil
    }
}
