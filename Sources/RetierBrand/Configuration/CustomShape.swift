import RetierCore

/// Every key of a custom channel.
enum CustomShape {
    static let keys = [
        Key("url", .text(.line), zh: "https 地址（不含密钥）", en: "https address without anything secret in it"),
        Key("address", .secret, zh: "完整地址的来源（含密钥时）", en: "where the whole URL is read from, if it holds a key"),
        Key(
            "headers", .table(.headerName, .either([.text(.headerText), .keys(secretHeader)])), zh: "请求头",
            en: "headers of each request: texts, or secrets as {file: ..., prefix: ...}"),
        Key(
            "body", .text(.templateName), required: true, zh: "请求体模板 templates/名称.json.mustache",
            en: "template of the body, templates/NAME.json.mustache"),
        Key(
            "per", .choice(CustomChannelSettings.Grouping.allCases.map(\.rawValue)), fallback: "action",
            zh: "每个动作一次请求，或一条消息一次", en: "one request an action, or one for up to `batch` of them"),
        Key(
            "max_body", .integer(2...1_000_000), zh: "请求体上限（字节）",
            en: "longest body in bytes; longer lists become several messages"),
        Key(
            "idempotency_header", .text(.headerName), zh: "携带消息 ID 的请求头，接收方据此去重",
            en: "header with the message's id, by which the receiver knows a repeat"),
        Key("success", oneOrMany(success), required: true, zh: "成功的应答", en: "answers that mean success"),
        Key(
            "throttled", oneOrMany(throttled), zh: "限流的应答", en: "answers that mean too often: the endpoint rests"),
        Key("refused", oneOrMany(rule), zh: "拒绝的应答", en: "answers that mean never this message"),
        Key("gone", oneOrMany(rule), zh: "地址失效的应答", en: "answers that mean never again: the endpoint is disabled"),
    ]

    static let secretHeader =
        Shape.secretKeys + [
            Key(
                "prefix", .text(.headerText), zh: "密钥前的文本，如 Bearer", en: "text before the secret, such as `\"Bearer \"`"
            )
        ]

    /// 3xx and above are never success.
    static let success = [
        Key("status", .list(.integer(200...299)), fallback: "any of 200 to 299", zh: "HTTP 状态码", en: "HTTP statuses"),
        body,
    ]

    static let rule = [
        Key("status", .list(.integer(200...599)), fallback: "any", zh: "HTTP 状态码", en: "HTTP statuses"), body,
    ]

    static let throttled =
        rule + [Key("hold", .text(.span), fallback: "60s", zh: "暂停多久", en: "how long it rests, unless the answer says")]

    private static let body = Key(
        "body", .table(.answerPath, .either([.scalar, .list(.scalar)])), zh: "应答 JSON 中各路径的值",
        en: "values in the JSON answer by path; of a list one is enough")

    static let sample = CustomChannelSettings(
        address: .url(""), body: "", answers: AnswerRules(success: [AnswerRule(statuses: [200])]))

    private static func oneOrMany(_ keys: [Key]) -> Shape { .either([.keys(keys), .list(.keys(keys))]) }
}
