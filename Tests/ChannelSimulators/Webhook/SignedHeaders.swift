import Foundation

/// The three headers of Standard Webhooks, read by the letter.
struct SignedHeaders {
    struct Malformed: Error {
        var reason: String
    }

    var id: String
    /// As it is written, because it is signed so.
    var timestamp: String
    var seconds: Int64
    /// The items that start with `v1,`, whole.
    var signatures: [String]

    init(_ request: SimulatorRequest) throws(Malformed) {
        for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            if request.repeatedHeaders.contains(name) { throw Malformed(reason: "\(name) is written twice") }
        }
        guard let id = request.headers["webhook-id"], id.wholeMatch(of: /[\x21-\x7E&&[^.]]{1,256}/) != nil else {
            throw Malformed(reason: "webhook-id is missing, or holds a dot, a space or a strange character")
        }
        guard let timestamp = request.headers["webhook-timestamp"], let seconds = Int64(timestamp),
            "\(seconds)" == timestamp
        else { throw Malformed(reason: "webhook-timestamp is missing or no integer") }
        guard let header = request.headers["webhook-signature"], !header.isEmpty else {
            throw Malformed(reason: "webhook-signature is missing")
        }
        // The Python library raises an error where an item has no comma, so two spaces are one too many.
        let items = header.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        for item in items {
            let parts = item.split(separator: ",", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == "v1" || parts[0] == "v1a", Data(base64Encoded: String(parts[1])) != nil
            else { throw Malformed(reason: "an item of webhook-signature is not 'version,base64'") }
        }
        self.id = id
        self.timestamp = timestamp
        self.seconds = seconds
        signatures = items.filter { $0.hasPrefix("v1,") }
    }
}
