/// A further fact: a number of every member that is computed only where something asks for it.
package struct FactDefinition: Hashable, Sendable {
    /// What conditions, templates and dimensions call it.
    package var name: String
    package var unit: Field.Unit
    package var recipe: FactRecipe
    /// What it is, and when it is missing.
    package var description: LocalizedText

    package init(_ name: String, _ unit: Field.Unit, _ recipe: FactRecipe, description: LocalizedText) {
        self.name = name
        self.unit = unit
        self.recipe = recipe
        self.description = description
    }
}

/// Names a further fact where it is asked for.
package struct FactReference: Hashable, Sendable {
    /// Its position in the programme's catalogue.
    package var position: Int
    package var name: String
    package var unit: Field.Unit
}

/// The further facts of a programme: those that every programme has, then its own, then those of its tags.
package struct FactCatalogue: Hashable, Sendable {
    package let definitions: [FactDefinition]
    private let positions: [String: Int]

    /// `own` must not repeat a name.
    package init(kinds: EventKinds = EventKinds(), own: [FactDefinition] = []) {
        self.init(FactCatalogue.builtIn(kinds) + own)
    }

    private init(_ definitions: [FactDefinition]) {
        self.definitions = definitions
        positions = Dictionary(definitions.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// The facts that every programme has, with the usual kinds of events.
    package static let standard = FactCatalogue()

    /// The same with one more fact at the end; its name must be new.
    package func adding(_ fact: FactDefinition) -> FactCatalogue { FactCatalogue(definitions + [fact]) }

    /// The reference of a name, or nil.
    package func reference(named name: String) -> FactReference? { positions[name].map(reference) }

    /// Every fact, in order.
    package var references: [FactReference] { definitions.indices.map(reference) }

    private func reference(at position: Int) -> FactReference {
        FactReference(position: position, name: definitions[position].name, unit: definitions[position].unit)
    }
}

/// Which kinds of events count as what.
package struct EventKinds: Hashable, Sendable {
    package enum Meaning: String, CaseIterable, Hashable, Sendable {
        case visit, login, interaction, referral, share
        case userContent = "user_content"
        case nps, complaint, service
        case contentView = "content_view"
    }

    private var kinds: [Meaning: [String]]

    package init(_ kinds: [Meaning: [String]] = [:]) { self.kinds = kinds }

    /// The kinds of events of a meaning.
    package subscript(meaning: Meaning) -> [String] { kinds[meaning] ?? meaning.usualKinds }
}

extension EventKinds.Meaning {
    /// The kinds that count unless the programme says otherwise.
    package var usualKinds: [String] {
        switch self {
        case .visit: ["visit", "store_visit"]
        case .login: ["login"]
        case .interaction: ["like", "favourite", "favorite", "comment", "interaction"]
        case .referral: ["referral"]
        case .share: ["share"]
        case .userContent: ["ugc", "user_content", "post", "review"]
        case .nps: ["nps"]
        case .complaint: ["complaint"]
        case .service: ["service", "service_contact"]
        case .contentView: ["content_view", "view", "click"]
        }
    }

    package var description: LocalizedText {
        switch self {
        case .visit: LocalizedText(zh: "到店或访问", en: "visits")
        case .login: LocalizedText(zh: "登录", en: "logins")
        case .interaction: LocalizedText(zh: "互动（点赞、收藏、评论）", en: "interactions: like, favourite, comment")
        case .referral: LocalizedText(zh: "推荐好友", en: "referrals made")
        case .share: LocalizedText(zh: "分享", en: "shares")
        case .userContent: LocalizedText(zh: "用户原创内容", en: "user-generated content")
        case .nps: LocalizedText(zh: "NPS 回答（value 为 0–10）", en: "NPS answers, 0 to 10 in value")
        case .complaint: LocalizedText(zh: "投诉", en: "complaints")
        case .service: LocalizedText(zh: "服务接触", en: "service contacts")
        case .contentView: LocalizedText(zh: "内容浏览与点击（ref 为话题）", en: "content views and clicks, topic in ref")
        }
    }
}
