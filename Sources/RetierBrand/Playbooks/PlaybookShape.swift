import RetierCore

/// Every key of a playbook file.
enum PlaybookShape {
    static let keys = [
        Key(
            "playbook", .text(.id), required: true, zh: "剧本标识，永不更改",
            en: "the playbook's id; never change it: caps and experiments hang on it"),
        Key("title", .localized, required: true, zh: "标题", en: "title"),
        Key(
            "version", .integer(1...1_000_000), required: true, zh: "版本，每次修改加一",
            en: "version; raise it with every change"),
        Key(
            "on", .choice(Playbook.Trigger.allCases.map(\.rawValue)), required: true, zh: "在月度刷新或每日运行时匹配",
            en: "the run that matches it: the monthly refresh or the daily run"),
        Key(
            "priority", .choice(Playbook.Priority.allCases.map(\.rawValue)), required: true,
            zh: "优先级：protect > grow > base", en: "who wins a conflict: protect, then grow, then base"),
        Key(
            "rank", .integer(0...1_000_000), fallback: "100", zh: "同优先级内的次序，小者先",
            en: "order within a priority, lower first"),
        Key(
            "when", .condition, required: true, zh: "条件树：all / any / not 与单行条件",
            en: "condition tree: all, any, not over one-line clauses"),
        Key(
            "once_per", .text(.period), zh: "同一会员再次进入的最短间隔",
            en: "least time between two entries of one member; every run when left out"),
        Key(
            "stop_when", .list(.text(.event)), zh: "关闭个案并取消未发送动作的事件",
            en: "events that close a case and cancel what has not left"),
        Key(
            "close_after", .text(.period), fallback: Playbook.usualCloseAfter.description, zh: "最后一步之后多久无回应即关闭个案",
            en: "so long after its last step a case without an answer is closed"),
        Key(
            "in_case", .choice(["withhold", "send"]), fallback: "withhold", zh: "会员处于其他剧本的升级响应中时是否仍发送",
            en: "whether it is sent to a member who is in another playbook's escalation"),
        Key("tags", .list(.text(.word)), zh: "所有步骤的标签，供频次上限识别", en: "tags of all its steps, by which caps know them"),
        Key(
            "quiet_hours", .choice(["keep", "ignore"]), fallback: "keep", zh: "是否遵守免打扰时段；步骤可另行指定",
            en: "whether its steps keep quiet hours, unless a step says otherwise"),
        Key(
            "heed_caps", .list(.text(.id)), zh: "须遵守的频次上限；省略为全部，[] 为不遵守",
            en: "the caps that it keeps; all when left out, none with []"),
        Key(
            "count_caps", .list(.text(.id)), zh: "计入哪些频次上限；省略为全部，[] 为不计入",
            en: "the caps to which its sends count; all when left out, none with []"),
        Key(
            "paused", .flag, fallback: "false", zh: "暂停：无人进入，已有个案的时钟停住",
            en: "nobody enters, and the clocks of its cases stand still"),
        Key("steps", .list(.keys(step)), required: true, zh: "步骤", en: "the actions, in order"),
        Key("experiment", .keys(experiment), zh: "实验：试点、对照组与分组", en: "pilot share, control group and arms"),
        Key("goal", .keys(goal), zh: "目标事件", en: "the event that counts as success"),
        Key("budget", .keys(budget), zh: "本剧本的预算", en: "its own budget: most cost, or most actions, in a period"),
    ]

    static let step = [
        Key("id", .text(.id), required: true, zh: "步骤标识", en: "the step's id"),
        Key("level", .choice(["L1", "L2", "L3"]), zh: "升级级别", en: "level of an escalation"),
        Key("do", .text(.word), required: true, zh: "动作类型", en: "type of action"),
        Key("via", .text(.id), required: true, zh: "渠道", en: "the channel"),
        Key(
            "template", .text(.templateName), zh: "模板名，不含语言与扩展名",
            en: "template below templates/, without language and extension"),
        Key("after", .text(.period), zh: "进入后多久", en: "so long after the member entered"),
        Key(
            "not_after", .text(.period), fallback: Playbook.Step.usualNotAfter.description,
            zh: "到期或被延后起多久内仍可发送，过期即跳过", en: "so long after its day, or after it was deferred, it may still be sent"),
        Key("cost", .text(.money), fallback: "0", zh: "单次成本", en: "cost of one action"),
        Key(
            "response", .text(.percent), fallback: "100%", zh: "预计响应率，用于预算排序",
            en: "share of members who are expected to answer, by which budgets rank it"),
        Key("assign", .text(.word), zh: "任务指派给谁", en: "who gets the task, such as owner"),
        Key("due", .text(.period), zh: "任务期限", en: "how long there is for the task"),
        Key(
            "approval", .choice(["required", "none"]), fallback: "none", zh: "是否需人工批准",
            en: "whether a person must approve it"),
        Key("tags", .list(.text(.word)), zh: "标签，供频次上限识别", en: "tags by which caps know it"),
        Key(
            "quiet_hours", .choice(["keep", "ignore"]), zh: "是否遵守免打扰时段；省略为剧本的设定",
            en: "whether it keeps quiet hours; the playbook's word when left out"),
        Key(
            "choose", .list(.keys(option)), zh: "候选权益：为每位会员选最合适且预算付得起的一项",
            en: "benefits, of which each member gets the one that suits best and that budgets can pay"),
        Key(
            "scale", .either([.keys(hourly), .list(.keys(length))]), zh: "按事故时长分级补偿：每小时金额，或时长表",
            en: "what is granted by the length of an incident: an amount for each started hour, or a table of lengths"),
        Key(
            "with", .parameters, zh: "原样传给接收方的参数，如券码",
            en: "values that the receiver and the template get as they are, such as a coupon code"),
    ]

    static let option = [
        Key(
            "id", .text(.id), required: true, zh: "权益标识，作为参数 choice 传给接收方",
            en: "the option's id, sent as parameter `choice`"),
        Key(
            "suits", .list(.text(.word)), zh: "适合带有这些标签的会员（见配置 tags）",
            en: "tags of members whom it suits; see tags in retier.yaml"),
        Key("cost", .text(.money), fallback: "0", zh: "单次成本", en: "what it costs"),
        Key(
            "response", .text(.percent), fallback: "100%", zh: "预计响应率",
            en: "share of members who are expected to answer it"),
        Key("with", .parameters, zh: "附加参数，如券码", en: "values on top of the step's, such as a coupon code"),
    ]

    static let hourly = [
        Key(
            "per_hour", .text(.money), required: true, zh: "每个已开始的小时的金额，即成本",
            en: "amount, and cost, of each started hour"),
        Key("most", .text(.money), required: true, zh: "封顶金额", en: "the most that is granted"),
    ]

    static let length = [
        Key(
            "id", .text(.id), required: true, zh: "级别标识，作为参数 choice 传给接收方",
            en: "the id, sent as parameter `choice`"),
        Key(
            "hours", .integer(1...1_000_000), required: true, zh: "事故至少持续几个已开始的小时",
            en: "it is for incidents of at least so many started hours"),
        Key("cost", .text(.money), fallback: "0", zh: "单次成本", en: "what it costs"),
        Key("with", .parameters, zh: "附加参数，如券码", en: "values on top of the step's, such as a coupon code"),
    ]

    static let experiment = [
        Key(
            "pilot", .text(.percent), fallback: "100%", zh: "参与试点的会员占比；调大不会重排",
            en: "share of members who take part at all; start with 20% and widen it, nobody is reshuffled"),
        Key(
            "holdout", .text(.percent), fallback: "0%", zh: "参与者中对照组占比",
            en: "share of those who take part that is kept as control"),
        Key(
            "arms", .table(.word, .integer(0...1_000_000)), zh: "分组及权重；0 为不再加入新人",
            en: "arms and their weights; with 0 nobody new enters"),
        Key(
            "until", .text(.date), zh: "判定日：到该日才定论，此前用置信序列",
            en: "the day on which the result is judged; before it there are only confidence sequences"),
    ]

    static let goal = [
        Key("event", .text(.event), required: true, zh: "事件", en: "the event"),
        Key("within", .text(.period), required: true, zh: "期限", en: "how soon it must happen"),
    ]

    static let budget = [
        Key("amount", .text(.money), zh: "成本上限", en: "what its actions may cost"),
        Key("actions", .integer(1...1_000_000_000), zh: "数量上限", en: "how many of its actions may be sent"),
        Key("per", .text(.period), required: true, zh: "周期", en: "the calendar period"),
    ]

    /// The types of action that retier knows of; others are allowed.
    static let actions = [
        "ai_call", "benefit", "birthday_gift", "call", "care", "ceo_direct", "co_creation", "coupon", "gift",
        "group_invite",
        "incentive", "message", "points", "recommend", "referral", "reminder", "research", "story", "task", "trial",
        "upgrade_task",
    ]
}
