import Foundation
package import RetierCore

/// Messages of a WeCom application to members of the staff (path/90236).
///
/// The stored payload is the request, with WeCom's duplicate check in it: a repeat is byte-identical, and within the
/// interval WeCom shows it once.
package enum WeComAppChannel {
    /// - Parameter tokens: shared by all endpoints, because a token belongs to an application.
    package static func endpoint(
        _ endpoint: Endpoint, settings: WeComAppSettings, secret: SecretText, tokens: WeComTokens
    ) throws -> HTTPEndpoint {
        try HTTPEndpoint(endpoint, url: settings.account.baseURL) { target in
            let client = try WeComClient(
                endpoint: endpoint.id, target: target, account: settings.account, secret: secret, tokens: tokens)
            return { message, now in
                guard message.purpose == .deliver, message.form == .payload else { return .end(.notForWeCom) }
                guard namesSomebody(message.body) else {
                    return .end(DeliveryOutcome(.rejected, code: "no-recipient", leftUs: false))
                }
                return client.post(message.body, to: "/cgi-bin/message/send", .init(), at: now) { exchange, _, _ in
                    .end(outcome(of: exchange))
                }
            }
        }
    }

    private struct Addressees: Decodable {
        var touser: String?
        var toparty: String?
        var totag: String?
    }

    private static func namesSomebody(_ body: Data) -> Bool {
        guard let names = CodedAnswer.json(Addressees.self, in: body) else { return false }
        return [names.touser, names.toparty, names.totag].contains { $0?.isEmpty == false }
    }

    /// The verdict of WeCom's answer; whom it did not reach is refused one by one.
    package static func outcome(of exchange: HTTPExchange) -> DeliveryOutcome {
        var outcome = CodedAnswer.outcome(of: exchange, service: "wecom", read: WeComCode.answer)
        if outcome.verdict == .delivered { outcome.refusals = refusals(in: exchange.body) }
        return outcome
    }

    /// Lists that WeCom separates by `|`; each may be missing.
    private struct Lists: Decodable {
        var invaliduser: String?
        var invalidparty: String?
        var invalidtag: String?
        var unlicenseduser: String?
    }

    /// WeCom compares user ids without regard to case, and gives them back in lower case.
    private static func refusals(in body: Data) -> [ActionRefusal] {
        guard let lists = CodedAnswer.json(Lists.self, in: body) else { return [] }
        let all = [
            (lists.invaliduser, "", "invalid-user"), (lists.unlicenseduser, "", "unlicensed-user"),
            (lists.invalidparty, "party:", "invalid-party"), (lists.invalidtag, "tag:", "invalid-tag"),
        ]
        return all.flatMap { list, prefix, code in
            (list ?? "").split(separator: "|").map {
                ActionRefusal(.recipient(prefix + $0.lowercased()), code: code)
            }
        }
    }
}

extension DeliveryOutcome {
    /// What a WeCom application cannot be asked for: files, and results of what is no task.
    static let notForWeCom = DeliveryOutcome(.rejected, code: "wecom-bad-form", leftUs: false)
}
