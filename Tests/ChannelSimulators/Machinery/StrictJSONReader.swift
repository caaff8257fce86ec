/// Reads JSON by RFC 8259 and not a comma more: Foundation's reader takes `{"a":1,}`.
///
/// A name that stands twice in one object is refused too, because services differ in which of the two they take.
struct StrictJSONReader {
    struct Malformed: Error {
        var offset: Int
    }

    private let bytes: [UInt8]
    private var index = 0
    private static let maxDepth = 64

    static func read(_ bytes: [UInt8]) throws(Malformed) -> SimulatorJSON {
        var reader = StrictJSONReader(bytes: bytes)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.index == bytes.count else { throw Malformed(offset: reader.index) }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func take(_ text: StaticString) throws(Malformed) {
        for offset in 0..<text.utf8CodeUnitCount {
            guard next == text.utf8Start[offset] else { throw Malformed(offset: index) }
            index += 1
        }
    }

    private mutating func takes(_ byte: Character) -> Bool {
        skipSpace()
        guard let next, next == byte.asciiValue else { return false }
        index += 1
        return true
    }

    private mutating func value(depth: Int) throws(Malformed) -> SimulatorJSON {
        skipSpace()
        guard depth <= Self.maxDepth else { throw Malformed(offset: index) }
        switch next.map({ Character(UnicodeScalar($0)) }) {
        case "{": return try object(depth: depth)
        case "[": return try array(depth: depth)
        case "\"": return .string(try string())
        case "t":
            try take("true")
            return .bool(true)
        case "f":
            try take("false")
            return .bool(false)
        case "n":
            try take("null")
            return .null
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(Malformed) -> SimulatorJSON {
        index += 1
        var object: [String: SimulatorJSON] = [:]
        if takes("}") { return .object(object) }
        repeat {
            skipSpace()
            let start = index
            guard next == 0x22 else { throw Malformed(offset: index) }
            let name = try string()
            guard takes(":"), object[name] == nil else { throw Malformed(offset: start) }
            object[name] = try value(depth: depth + 1)
        } while takes(",")
        guard takes("}") else { throw Malformed(offset: index) }
        return .object(object)
    }

    private mutating func array(depth: Int) throws(Malformed) -> SimulatorJSON {
        index += 1
        var array: [SimulatorJSON] = []
        if takes("]") { return .array(array) }
        repeat { array.append(try value(depth: depth + 1)) } while takes(",")
        guard takes("]") else { throw Malformed(offset: index) }
        return .array(array)
    }

    private mutating func string() throws(Malformed) -> String {
        index += 1
        var text: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case 0x22:
                guard let valid = String(validating: text, as: UTF8.self) else { throw Malformed(offset: index) }
                return valid
            case 0x5C: text += try escaped()
            case 0x00..<0x20: throw Malformed(offset: index - 1)
            default: text.append(byte)
            }
        }
        throw Malformed(offset: index)
    }

    private mutating func escaped() throws(Malformed) -> [UInt8] {
        let short: [Character: UInt8] = [
            "\"": 0x22, "\\": 0x5C, "/": 0x2F, "b": 0x08, "f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 0x09,
        ]
        guard let letter = next.map({ Character(UnicodeScalar($0)) }) else { throw Malformed(offset: index) }
        index += 1
        if let byte = short[letter] { return [byte] }
        guard letter == "u" else { throw Malformed(offset: index - 1) }
        var code = try fourDigits()
        if (0xD800..<0xDC00).contains(code) {
            try take("\\u")
            let low = try fourDigits()
            guard (0xDC00..<0xE000).contains(low) else { throw Malformed(offset: index) }
            code = 0x1_0000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = UnicodeScalar(code) else { throw Malformed(offset: index) }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func fourDigits() throws(Malformed) -> UInt32 {
        guard index + 4 <= bytes.count else { throw Malformed(offset: index) }
        let digits = String(decoding: bytes[index..<index + 4], as: UTF8.self)
        guard digits.allSatisfy(\.isHexDigit), let code = UInt32(digits, radix: 16) else {
            throw Malformed(offset: index)
        }
        index += 4
        return code
    }

    private mutating func number() throws(Malformed) -> SimulatorJSON {
        let start = index
        while let byte = next, "+-.eE0123456789".utf8.contains(byte) { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard text.wholeMatch(of: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/) != nil else {
            throw Malformed(offset: start)
        }
        if let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text) else { throw Malformed(offset: start) }
        return .number(number)
    }
}
