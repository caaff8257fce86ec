import RetierCore

/// Every key of `retier.yaml`.
enum ProgrammeShape {
    static let keys = [
        Key("brand", .text(.id), required: true, zh: "品牌标识，永不更改", en: "the brand's id; never change it"),
        Key("title", .localized, required: true, zh: "会员计划名称", en: "the programme's name"),
        Key(
            "language", .choice(Language.allCases.map(\.rawValue)), fallback: "zh", zh: "面向用户文本的语言",
            en: "language of user-facing text"),
        Key("time_zone", .text(.line), required: true, zh: "IANA 时区", en: "IANA time zone, such as Asia/Shanghai"),
        Key("currency", .text(.currency), required: true, zh: "ISO 4217 币种", en: "ISO 4217 currency code"),
        Key("tiering", .keys(TieringShape.keys), required: true, zh: "层级模型", en: "how facts become a tier"),
        Key("orders", .keys(FactShape.orders), zh: "哪些订单不计", en: "which orders count"),
        Key("events", .keys(FactShape.events), zh: "各类行为对应的事件 kind", en: "which kinds of events count as what"),
        Key("facts", .table(.word, .keys(FactShape.fact)), zh: "自定义事实", en: "the brand's own facts, by name"),
        Key("tags", .table(.word, .keys(FactShape.tag)), zh: "标签规则，按 id", en: "tag rules, by id"),
        Key("clusters", .keys(ClusterShape.keys), zh: "K-means 聚类", en: "clusters of members, found by K-means"),
        Key(
            "incidents", .table(.word, .keys(IncidentShape.kind)), zh: "事故类型，按 id",
            en: "kinds of incidents for which members are compensated, by id"),
        Key("endpoints", .table(.id, EndpointShape.shape), required: true, zh: "投递端点", en: "where messages go, by id"),
        Key("channels", .table(.id, .keys(channel)), required: true, zh: "触达渠道", en: "how members are reached, by id"),
        Key("control", .keys(control), zh: "全局对照组", en: "members who get nothing of any playbook"),
        Key(
            "caps", .table(.id, .keys(programmeCap)), zh: "跨渠道或按标签的频次上限，按 id",
            en: "frequency caps over several channels or by tags, by id"),
        Key(
            "budgets", .table(.id, .keys(budget)), zh: "跨剧本的预算（金额或数量），按 id",
            en: "budgets over several playbooks, in money or in actions, by id"),
        Key("quiet", .keys(QuietShape.keys), zh: "免打扰时段与节假日", en: "hours and days on which nothing is sent"),
        Key("guards", .keys(GuardShape.keys), zh: "护栏：超限则停止", en: "limits that stop a plan"),
        Key("approvals", .keys(ApprovalShape.keys), zh: "哪些计划须先审批", en: "which plans need a person's word"),
        Key("canary", .keys(CanaryShape.keys), zh: "先试发给部分会员", en: "sending to a sample of the members first"),
        Key("imports", .keys(imports), zh: "导入限制", en: "limits of imports"),
    ]

    static let channel = [
        Key("title", .localized, required: true, zh: "渠道名称", en: "the channel's name"),
        Key("endpoint", .text(.id), required: true, zh: "所用端点", en: "the endpoint that carries it"),
        Key(
            "consent", .text(.word), required: true, zh: "所需授权目的；不需要则写 none",
            en: "consent purpose that is needed; `none` where none is (staff tasks)"),
        Key("cap", .keys(cap), zh: "滚动频次上限", en: "most sends to one member in a rolling window"),
        Key("max_bytes", .integer(1...1_000_000), zh: "文本上限（UTF-8 字节）", en: "longest rendered text in UTF-8 bytes"),
    ]

    static let cap = [
        Key("max", .integer(1...1_000), required: true, zh: "次数", en: "number of sends"),
        Key("per", .text(.days), required: true, zh: "窗口", en: "the window, such as P7D"),
    ]

    static let programmeCap = [
        Key("max", .integer(0...1_000), required: true, zh: "对同一会员的次数", en: "number of sends to one member"),
        Key(
            "per", .text(.period), required: true, zh: "窗口：至多 P7D 为滚动窗口，更长为日历周期（P1M、P3M、P1Y）",
            en: "up to P7D a rolling window, beyond that a calendar period: P1M, P3M, P1Y"),
        Key("channels", .list(.text(.id)), zh: "所含渠道；省略为全部", en: "the channels it is about; all when left out"),
        Key(
            "tags", .list(.text(.word)), zh: "所含标签，命中其一即可；省略为全部",
            en: "tags, one of which a send carries; all when left out"),
    ]

    static let budget = [
        Key("amount", .text(.money), zh: "周期内所含动作的成本上限", en: "what its actions may cost in a period"),
        Key(
            "actions", .integer(1...1_000_000_000), zh: "周期内所含动作的数量上限，如客服通话、信件",
            en: "how many of its actions may be sent in a period: calls, letters"),
        Key("per", .text(.period), required: true, zh: "周期", en: "the calendar period"),
        Key("playbooks", .list(.text(.id)), zh: "所含剧本；省略为全部", en: "the playbooks it is about; all when left out"),
        Key("tiers", .list(.text(.id)), zh: "所含层级；省略为全部", en: "the members' tiers; all when left out"),
        Key("channels", .list(.text(.id)), zh: "所含渠道；省略为全部", en: "the channels; all when left out"),
        Key(
            "tags", .list(.text(.word)), zh: "步骤标签，命中其一即可；省略为全部",
            en: "tags of steps, one of which an action carries; all when left out"),
    ]

    static let control = [
        Key("share", .text(.percent), required: true, zh: "占全体会员的比例", en: "share of all members"),
        Key(
            "within", .text(.period), fallback: "P6M", zh: "首次进入后多久内的结果计入",
            en: "how long after a member's first entry outcomes count"),
        Key("until", .text(.date), zh: "判定日", en: "the day on which the programme's effect is judged"),
    ]

    static let imports = [
        Key(
            "max_rejected", .text(.percent), fallback: "5%", zh: "拒收行占比上限",
            en: "share of rejected rows that fails a file"),
        Key(
            "conflicting_identities", .choice(["merge", "reject"]), fallback: "merge",
            zh: "同一身份指向第二名会员时：合并两人，或拒收该行",
            en: "an identity that means a second member: merge the two, or reject the row"),
        Key(
            "acks_secret", .secret, zh: "确认文件签名密钥的来源；写了则每个文件都须签名",
            en: "where the secret is read from with which files of acknowledgements must be signed"),
    ]
}
