import RetierCore

/// Every key under `clusters` of `retier.yaml`.
enum ClusterShape {
    private static let standard = ClusterSettings(facts: [])

    static let keys = [
        Key(
            "columns", .list(.either([.text(.line), .keys(column)])),
            fallback: "[" + ClusterSettings.usualColumns.joined(separator: ", ") + "]",
            zh: "按哪些事实、预测或维度排名（rank.维度）聚类", en: "facts, predictions or ranks of dimensions (rank.spend) to group by"),
        Key(
            "count", .integer(2...ClusterSettings.most), fallback: String(standard.count), zh: "聚类数",
            en: "number of clusters"),
        Key(
            "starts", .integer(1...1_000), fallback: String(standard.starts), zh: "随机起点数，取最好的一次",
            en: "seeded starts, of which the best counts"),
        Key("seed", .integer(0...1_000_000_000), fallback: String(standard.seed), zh: "随机种子", en: "seed of the starts"),
        Key(
            "least_members", .integer(2...100_000_000), fallback: String(standard.leastMembers),
            zh: "有购买的会员少于此数则不聚类", en: "nothing is learned from fewer members with a purchase"),
        Key(
            "names", .table(.clusterNumber, .localized), zh: "自定聚类名称，按编号；缺省由其特征得名",
            en: "names of your own, by number; else a cluster is called by what stands out"),
    ]

    static let column = [
        Key("fact", .text(.line), required: true, zh: "列名", en: "the column's name, as in conditions"),
        Key(
            "scale", .choice(["log", "linear"]),
            zh: "先取对数还是按原值；缺省金额、次数、天数取对数，其余按原值",
            en: "logarithm or as it is; money, counts and days by logarithm, the rest as it is when left out"),
        Key("title", .localized, zh: "列的称呼", en: "what people call the column"),
        Key("high", .localized, zh: "偏高时的称呼", en: "what a cluster is called that is high there"),
        Key("low", .localized, zh: "偏低时的称呼", en: "what a cluster is called that is low there"),
    ]
}
