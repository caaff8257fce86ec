package import Foundation

/// Something that the service did: a message that people see, or an action that the receiver took.
package struct ShownMessage: Sendable {
    /// The number of the request that caused it; 0 where a person did.
    package var request: Int
    package var milliseconds: Int64
    /// The service's id of it: `msgid`, `webhook-id`; empty where the service has none.
    package var id = ""
    /// The service's name of the kind, such as `markdown`.
    package var kind: String
    /// What people read.
    package var text: String
    /// Who sees it, where the service tells people apart.
    package var recipients: [String] = []
    package var fileName: String?
    package var file: Data?
    /// The body of the request.
    package var body: Data
}

/// What a simulated service has read, done and found wrong, each in order.
package struct SimulatorLog: Sendable {
    package var read: [SimulatorRequest] = []
    package var shown: [ShownMessage] = []
    package var violations: [String] = []

    /// Writes a breach down that the real service would punish without saying so.
    mutating func violate(_ request: SimulatorRequest, _ text: String) {
        violations.append("request \(request.number) \(request.path): \(text)")
    }

    mutating func show(
        _ request: SimulatorRequest, id: String = "", kind: String, text: String, recipients: [String] = [],
        file: (name: String, bytes: Data)? = nil
    ) {
        shown.append(
            ShownMessage(
                request: request.number, milliseconds: request.milliseconds, id: id, kind: kind, text: text,
                recipients: recipients, fileName: file?.name, file: file?.bytes, body: request.body))
    }
}
