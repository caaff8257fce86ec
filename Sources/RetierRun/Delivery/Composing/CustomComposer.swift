import Foundation
import RetierBrand
import RetierCore
import RetierLedger
import Synchronization

/// Makes the bodies of one custom endpoint from its template; each is parsed before anything is committed.
final class CustomComposer: MessageComposer {
    private let endpoint: Endpoint
    private let settings: CustomChannelSettings
    private let templates: TemplateCatalogue
    private let currency: Currency
    private let message: [String: String]
    /// The parameters of steps by their text in the plan: as many as there are steps.
    private let parameters = Mutex<[String: [String: String]]>([:])

    init(
        endpoint: Endpoint, settings: CustomChannelSettings,
        brand: (programme: Programme, templates: TemplateCatalogue),
        header: PlanHeader, committedAt: Instant
    ) {
        self.endpoint = endpoint
        self.settings = settings
        templates = brand.templates
        currency = header.currency
        message = [
            "as_of": header.asOf.description, "brand": header.brand,
            "brand_title": brand.programme.title(brand.programme.language), "endpoint": endpoint.id,
            "kind": header.kind.rawValue, "period": header.period, "timestamp": committedAt.description,
        ]
    }

    func messages(of draft: MessageDraft) throws -> [MessagePart] {
        switch settings.grouping {
        case .action: try draft.actions.flatMap { try parts(of: [$0], run: draft.run) }
        case .message: try parts(of: draft.actions[...], run: draft.run)
        }
    }

    /// One message, or several where the body is too long for one: a list is halved until its parts fit.
    private func parts(of actions: ArraySlice<PlannedDecision>, run: String) throws -> [MessagePart] {
        guard let first = actions.first else { return [] }
        let body = Array(try text(of: actions, run: run).utf8)
        guard let limit = settings.maxBodyBytes, body.count > limit else {
            return [MessagePart(body: body, actions: actions.count)]
        }
        guard actions.count > 1 else {
            throw RetierError(
                .badConfiguration,
                "an action of playbook \(first.playbook), step \(first.step), needs a body of \(body.count) bytes, "
                    + "endpoint \(endpoint.id) takes \(limit)",
                hint:
                    "shorten its template by \(body.count - limit) bytes (a Chinese character is 3), or raise max_body")
        }
        let middle = actions.startIndex + actions.count / 2
        return try parts(of: actions[..<middle], run: run) + parts(of: actions[middle...], run: run)
    }

    private func text(of actions: ArraySlice<PlannedDecision>, run: String) throws -> String {
        var message = message
        message["run"] = run
        let all = try actions.map { try values(of: $0) }
        let filling =
            switch settings.grouping {
            case .action: BodyValues(values: message.merging(all.first ?? [:]) { $1 })
            case .message: BodyValues(values: message, actions: all)
            }
        do throws(RetierError) {
            return try templates.body(settings.body, values: filling)
        } catch {
            throw RetierError(
                error.code,
                "endpoint \(endpoint.id), action \(actions.first?.actionID ?? "")"
                    + (actions.count > 1 ? " and \(actions.count - 1) others" : "") + ": \(error.message)",
                hint: error.hint)
        }
    }

    /// The values of an action, by the names of `BodyVariable`.
    private func values(of action: PlannedDecision) throws -> [String: String] {
        var values = [
            "action_id": action.actionID, "member_id": action.memberID, "playbook": action.playbook,
            "version": String(action.version), "step": action.step, "type": action.type, "channel": action.channel,
            "cost": action.cost.text(decimals: currency.decimals), "currency": currency.code,
            "parameters": action.parameters,
        ]
        values["arm"] = action.arm
        values["assign"] = action.assign
        values["due"] = action.due?.description
        values["level"] = action.level.map { String($0) }
        values["text"] = action.text
        values["title"] = action.title
        for (key, value) in try single(action.parameters) { values[TemplateVariable.parameterPrefix + key] = value }
        return values
    }

    private func single(_ text: String) throws -> [String: String] {
        if let known = parameters.withLock({ $0[text] }) { return known }
        let read = try StepParameter.all(in: text).mapValues(\.text)
        parameters.withLock { $0[text] = read }
        return read
    }
}
