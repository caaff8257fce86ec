/// A JSON object that keeps its keys in the order given, so that equal facts are equal texts.
package struct JSONObject: Sendable {
    private var members = JSONText()

    package init() {}

    /// The object that a closure builds.
    package static func text(_ build: (inout JSONObject) -> Void) -> String {
        var object = JSONObject()
        build(&object)
        return object.json
    }

    /// The finished object.
    package var json: String { "{" + members.text + "}" }

    package mutating func add(_ key: String, _ value: String?) {
        begin(key)
        if let value { members.append(quoted: value) } else { members.append(raw: "null") }
    }

    package mutating func add(_ key: String, _ value: Int64?) {
        begin(key)
        members.append(raw: value.map { String($0) } ?? "null")
    }

    package mutating func add(_ key: String, _ value: Bool?) {
        begin(key)
        members.append(raw: value.map { $0 ? "true" : "false" } ?? "null")
    }

    /// Adds a value that is JSON already.
    package mutating func add(_ key: String, json value: String) {
        begin(key)
        members.append(raw: value)
    }

    private mutating func begin(_ key: String) {
        if !members.bytes.isEmpty { members.append(raw: ",") }
        members.append(quoted: key)
        members.append(raw: ":")
    }
}
