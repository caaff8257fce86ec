import RetierCore

/// The JSON of an outbox event's audit entry, built byte by byte: where little is alike, two are written for a message.
///
/// Keys are literals that need no escaping and come in the order given, so that equal facts are equal texts. A value
/// that is not there is left out with its key: most of an entry would be nulls.
struct DetailText {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    init() { bytes.reserveCapacity(512) }

    /// The text that a closure builds.
    static func text(_ build: (inout DetailText) -> Void) -> String {
        var detail = DetailText()
        build(&detail)
        return String(decoding: detail.bytes, as: UTF8.self)
    }

    mutating func begin() {
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
    }

    mutating func end() {
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    mutating func key(_ key: StaticString) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        bytes.append(UInt8(ascii: "\""))
        raw(key)
        raw("\":")
    }

    mutating func null() { raw("null") }

    mutating func add(_ key: StaticString, _ value: Int64?) {
        guard let value else { return }
        self.key(key)
        guard value >= 0 else { return bytes.append(contentsOf: String(value).utf8) }
        let start = bytes.count
        var rest = value
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    mutating func add(_ key: StaticString, _ value: String?) {
        guard var value else { return }
        self.key(key)
        let isPlain = value.withUTF8 { text in
            guard text.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) else {
                return false
            }
            bytes.append(UInt8(ascii: "\""))
            bytes.append(contentsOf: text)
            bytes.append(UInt8(ascii: "\""))
            return true
        }
        if isPlain { return }
        var json = JSONText()
        json.append(quoted: value)
        bytes.append(contentsOf: json.bytes)
    }

    private mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
