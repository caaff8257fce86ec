import Crypto
import Foundation

/// A receiver of Standard Webhooks that takes each id once and checks everything that the specification says.
package struct StandardWebhookRules: ServiceRules {
    /// What the receiver says about one action of a batch.
    package enum ActionVerdict: Hashable, Sendable {
        case accepted
        case refused(code: String)
    }

    struct Receipt: Sendable {
        var digest: Data
        var deliveries = 1
        var reply: SimulatorReply
    }

    package var path: String
    /// Keys of any of which a signature is good; two while secrets are rotated.
    var keys: [Data]
    var toleranceSeconds: Int64
    /// Checks `X-Hub-Signature-256` too where it is set.
    var hubSecret: String?
    /// Asked about each action; nil answers without a body.
    var verdict: (@Sendable (_ actionID: String) -> ActionVerdict)?
    /// Everything is answered with this status, such as 410.
    var stoppedWith: Int?
    private(set) var receipts: [String: Receipt] = [:]

    /// - Parameter secrets: `whsec_` and base64; one that is no base64 makes every signature wrong.
    package init(
        secrets: [String], path: String = "/actions", toleranceSeconds: Int64 = 300, hubSecret: String? = nil,
        verdict: (@Sendable (_ actionID: String) -> ActionVerdict)? = nil
    ) {
        keys = Self.keys(of: secrets)
        self.path = path
        self.toleranceSeconds = toleranceSeconds
        self.hubSecret = hubSecret
        self.verdict = verdict
    }

    package func refusal(code: Int, message: String) -> SimulatorReply {
        SimulatorReply(status: code, contentType: "text/plain", body: message, decision: "\(code)")
    }

    package mutating func reply(to request: SimulatorRequest, log: inout SimulatorLog) -> SimulatorReply {
        guard request.path == path else { return refusal(code: 404, message: "no such hook") }
        if let stoppedWith { return refusal(code: stoppedWith, message: "stopped") }
        guard request.method == "POST" else { return refusal(code: 405, message: "only POST") }
        guard request.mediaType == "application/json" else { return refusal(code: 415, message: "only JSON") }
        let headers: SignedHeaders
        do {
            headers = try SignedHeaders(request)
        } catch {
            log.violate(request, error.reason)
            return refusal(code: 400, message: error.reason)
        }
        guard abs(request.seconds - headers.seconds) <= toleranceSeconds else {
            return refusal(code: 400, message: "timestamp too old or too new")
        }
        guard isSigned(request, headers) else { return refusal(code: 401, message: "no matching signature") }
        guard let body = SimulatorJSON.parse(request.body) else {
            return refusal(code: 400, message: "the body is not JSON")
        }
        return take(body, id: headers.id, request, log: &log)
    }

    private func isSigned(_ request: SimulatorRequest, _ headers: SignedHeaders) -> Bool {
        let wanted = keys.map {
            SimulatorSignature.standardWebhook(
                key: $0, id: headers.id, timestamp: headers.timestamp, body: request.body)
        }
        guard headers.signatures.contains(where: wanted.contains) else { return false }
        guard let hubSecret else { return true }
        return request.headers["x-hub-signature-256"] == SimulatorSignature.hub(secret: hubSecret, body: request.body)
    }

    /// Acts on an id once; later deliveries get the first answer again.
    private mutating func take(
        _ body: SimulatorJSON, id: String, _ request: SimulatorRequest, log: inout SimulatorLog
    ) -> SimulatorReply {
        let digest = Data(SHA256.hash(data: request.body))
        if var receipt = receipts[id] {
            receipt.deliveries += 1
            receipts[id] = receipt
            if receipt.digest != digest { log.violate(request, "id '\(id)' came again with another body") }
            return receipt.reply
        }
        if request.body.count > 20_000 { log.violate(request, "the body is larger than the recommended 20 kB") }
        let actions = Self.actionIDs(in: body)
        let reply = answer(about: actions)
        receipts[id] = Receipt(digest: digest, reply: reply)
        log.show(request, id: id, kind: body["type"]?.string ?? "", text: request.text, recipients: actions)
        return reply
    }

    private func answer(about actions: [String]) -> SimulatorReply {
        guard let verdict else { return SimulatorReply(status: 204, contentType: "", body: "", decision: "ok") }
        let results = actions.map { action in
            let id = SimulatorJSON.quoted(action)
            switch verdict(action) {
            case .accepted: return "{\"action_id\":\(id),\"status\":\"accepted\"}"
            case .refused(let code):
                return "{\"action_id\":\(id),\"status\":\"refused\",\"code\":\(SimulatorJSON.quoted(code))}"
            }
        }
        return SimulatorReply(body: "{\"results\":[\(results.joined(separator: ","))]}", decision: "ok")
    }

    static func keys(of secrets: [String]) -> [Data] {
        secrets.compactMap { Data(base64Encoded: $0.hasPrefix("whsec_") ? String($0.dropFirst(6)) : $0) }
    }

    /// Every `action_id` below a value, in the order of the arrays.
    static func actionIDs(in json: SimulatorJSON) -> [String] {
        switch json {
        case .array(let array): array.flatMap(actionIDs)
        case .object(let object):
            (object["action_id"]?.string.map { [$0] } ?? [])
                + object.sorted { $0.key < $1.key }.flatMap { actionIDs(in: $0.value) }
        default: []
        }
    }
}

package typealias StandardWebhookSimulator = ChannelSimulator<StandardWebhookRules>

extension ChannelSimulator where Rules == StandardWebhookRules {
    package var url: String { origin + rules.path }

    /// From now on a signature is good by one of these secrets.
    package func rotate(secrets: [String]) {
        change { rules, _, _ in rules.keys = StandardWebhookRules.keys(of: secrets) }
    }

    /// Everything is answered with this status, such as 410; nil works again.
    package func stopHook(status: Int?) { change { rules, _, _ in rules.stoppedWith = status } }

    /// How often each id was delivered whole and well signed, the first time included.
    package var deliveries: [String: Int] { rules.receipts.mapValues(\.deliveries) }

    /// Actions acted on, each as often as it was taken.
    package var actionIDs: [String] { shown.flatMap(\.recipients) }
}
