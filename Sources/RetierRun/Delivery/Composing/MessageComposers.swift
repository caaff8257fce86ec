import RetierBrand
import RetierCore
import RetierLedger

/// The composer of each endpoint of a programme, for one run.
struct MessageComposers: Sendable {
    private let composers: [String: any MessageComposer]

    /// - Parameter committedAt: stands in the generic channels' messages and does not change their size.
    /// - Throws: `RetierError` (`badConfiguration`) for an endpoint whose settings cannot be written.
    init(
        programme: Programme, templates: TemplateCatalogue, header: PlanHeader, committedAt: Instant
    ) throws {
        let lists = ActionListWriter(header: header, committedAt: committedAt)
        var composers: [String: any MessageComposer] = [:]
        for endpoint in programme.endpoints {
            composers[endpoint.id] =
                switch endpoint.kind {
                case .file, .webhook: lists
                case .wecomRobot, .dingtalkRobot, .feishuRobot, .slackRobot:
                    try RobotListWriter(endpoint: endpoint, programme: programme, header: header)
                case .custom(let settings):
                    CustomComposer(
                        endpoint: endpoint, settings: settings, brand: (programme, templates), header: header,
                        committedAt: committedAt)
                case .wecomApp: try WeComAppWriter(endpoint: endpoint, programme: programme, header: header)
                case .wecomTask: try WeComTaskWriter(endpoint: endpoint)
                }
        }
        self.composers = composers
    }

    /// The composer of an endpoint; nil for one that is not configured.
    subscript(endpoint: String) -> (any MessageComposer)? { composers[endpoint] }

    func messages(of draft: MessageDraft) throws -> [MessagePart] {
        guard let composer = composers[draft.endpoint.id] else {
            throw RetierError(
                .badConfiguration, "endpoint \(draft.endpoint.id) is not configured",
                hint: "configure it, or make a new plan")
        }
        return try composer.messages(of: draft)
    }
}
