import RetierCore

extension ProgrammeShape {
    static let lifetime = [
        Key(
            "model", .choice(LifetimeSettings.Model.allCases.map(\.rawValue)), fallback: "auto",
            zh: "未来 13 周的预测模型", en: "what predicts the next 13 weeks"),
        Key(
            "least_members", .integer(1...100_000_000), fallback: String(LifetimeSettings().leastMembers),
            zh: "有购买的会员少于此数则不拟合", en: "nothing is fitted to fewer members with a purchase"),
        Key(
            "least_repeaters", .integer(1...100_000_000), fallback: String(LifetimeSettings().leastRepeaters),
            zh: "有复购的会员少于此数则不拟合", en: "nothing is fitted to fewer members who bought again"),
    ]
}

extension LifetimeSettings {
    /// Reads `tiering.lifetime`; what is left out is the standard.
    init(_ node: YAMLNode?) {
        self.init()
        if let model = node?["model"]?.text.flatMap(Model.init) { self.model = model }
        if let members = node?["least_members"]?.integer { leastMembers = members }
        if let repeaters = node?["least_repeaters"]?.integer { leastRepeaters = repeaters }
    }
}
