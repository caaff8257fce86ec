import Mustache

/// What the template of a custom channel's body gets; a value that is not there is left out.
package struct BodyValues: Sendable {
    /// Of the message; with one request an action, of the action as well.
    package var values: [String: String]
    /// Of each action; nil with one request an action.
    package var actions: [[String: String]]?

    package init(values: [String: String], actions: [[String: String]]? = nil) {
        self.values = values
        self.actions = actions
    }
}

/// What Mustache looks names up in: `with.coupon` is found as `coupon` within `with`.
struct BodyScope: MustacheParent {
    private let values: [String: String]
    private var prefix = ""
    private var actions: [BodyScope]?
    private var place: (isFirst: Bool, isLast: Bool)?

    init(_ values: BodyValues) {
        self.values = values.values
        let count = values.actions?.count ?? 0
        actions = values.actions?.enumerated().map { index, action in
            var scope = BodyScope(BodyValues(values: action))
            scope.place = (index == 0, index == count - 1)
            return scope
        }
    }

    private init(_ values: [String: String], prefix: String) {
        self.values = values
        self.prefix = prefix
    }

    func child(named name: String) -> Any? {
        if let value = values[prefix + name] { return value }
        guard prefix.isEmpty else { return nil }
        switch name {
        case BodyVariable.actions: return actions
        case "first": return place?.isFirst
        case "last": return place?.isLast
        case "comma": return place.map { $0.isLast ? "" : "," }
        case "with":
            // Only where there is one, so that a section over a parameter that is not there stays out.
            let prefix = TemplateVariable.parameterPrefix
            return values.keys.contains { $0.hasPrefix(prefix) } ? BodyScope(values, prefix: prefix) : nil
        default: return nil
        }
    }
}
