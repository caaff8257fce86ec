package import Foundation
import RetierLoopback

/// One request as a simulated service read it, and what became of it.
package struct SimulatorRequest: Sendable {
    /// 1 for the simulator's first request.
    package var number: Int
    /// 1 for the first request on this path.
    package var numberOnPath: Int
    package var milliseconds: Int64
    package var method: String
    /// Without the query.
    package var path: String
    /// Decoded as a form: `+` is a space.
    package var query: [QueryItem]
    /// Header names in lower case.
    package var headers: [String: String]
    package var repeatedHeaders: Set<String>
    package var body: Data
    /// The fault that was played; nil where the service worked.
    package var fault: SimulatorFault?
    /// What the service decided: `ok` or its code; empty where a fault kept it from looking.
    package var decision = ""

    package struct QueryItem: Hashable, Sendable {
        package var name: String
        package var value: String
    }

    package var seconds: Int64 { milliseconds / 1_000 }

    /// The body as text; bytes that are not UTF-8 are replaced.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of a query item; nil where it is missing or written twice.
    package func value(of name: String) -> String? {
        let values = query.filter { $0.name == name }
        return values.count == 1 ? values.first?.value : nil
    }

    /// The media type without parameters, in lower case.
    var mediaType: String {
        let type = (headers["content-type"] ?? "").prefix { $0 != ";" }
        return type.trimmingCharacters(in: .whitespaces).lowercased()
    }
}

extension SimulatorRequest {
    init(_ read: LoopbackRequest, number: Int, numberOnPath: Int, milliseconds: Int64) {
        let (path, query) = Self.parts(of: read.path)
        self.init(
            number: number, numberOnPath: numberOnPath, milliseconds: milliseconds, method: read.method, path: path,
            query: query, headers: read.headers, repeatedHeaders: read.repeatedHeaders, body: read.body)
    }

    static func parts(of target: String) -> (path: String, query: [QueryItem]) {
        guard let mark = target.firstIndex(of: "?") else { return (target, []) }
        let items = target[target.index(after: mark)...].split(separator: "&").map { pair in
            let equals = pair.firstIndex(of: "=") ?? pair.endIndex
            return QueryItem(
                name: decoded(pair[..<equals]), value: decoded(pair[equals...].dropFirst()))
        }
        return (String(target[..<mark]), items)
    }

    /// As services decode forms: a plus sign that was not percent-encoded is a space.
    private static func decoded(_ text: Substring) -> String {
        let spaced = text.replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? String(spaced)
    }
}
