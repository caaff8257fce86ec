/// Tells whether bytes are JSON by the letter of RFC 8259, and no object has a name twice.
///
/// Foundation's readers let a trailing comma pass, which receivers do not. Of a name that stands twice some receivers
/// read the first value and some the last (RFC 8259, section 4).
package struct JSONGrammar {
    private let bytes: [UInt8]
    private var index = 0

    /// Deeper values are refused: receivers give up there, too.
    private static let maxDepth = 100

    /// Where the first fault is, as an offset; nil for an object or an array and nothing else but white space.
    package static func fault(in bytes: [UInt8]) -> Int? {
        var grammar = JSONGrammar(bytes: bytes)
        grammar.skipSpace()
        guard grammar.here == UInt8(ascii: "{") || grammar.here == UInt8(ascii: "[") else { return grammar.index }
        guard grammar.value(depth: 0) else { return grammar.index }
        grammar.skipSpace()
        return grammar.index == bytes.count ? nil : grammar.index
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var here: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = here, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard here == byte else { return false }
        index += 1
        return true
    }

    private mutating func value(depth: Int) -> Bool {
        switch here {
        case UInt8(ascii: "{"): depth < JSONGrammar.maxDepth && object(depth: depth + 1)
        case UInt8(ascii: "["): depth < JSONGrammar.maxDepth && array(depth: depth + 1)
        case UInt8(ascii: "\""): string()
        case UInt8(ascii: "t"): word("true")
        case UInt8(ascii: "f"): word("false")
        case UInt8(ascii: "n"): word("null")
        default: number()
        }
    }

    private mutating func object(depth: Int) -> Bool {
        index += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return true }
        var names: Set<[UInt16]> = []
        repeat {
            skipSpace()
            let start = index
            guard here == UInt8(ascii: "\""), string() else { return false }
            guard names.insert(JSONGrammar.name(bytes[(start + 1)..<(index - 1)])).inserted else {
                index = start
                return false
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { return false }
            skipSpace()
            guard value(depth: depth) else { return false }
            skipSpace()
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}"))
    }

    /// The UTF-16 units that a name stands for: an escape is the same name as the character itself.
    private static func name(_ bytes: ArraySlice<UInt8>) -> [UInt16] {
        let units = Array(String(decoding: bytes, as: UTF8.self).utf16)
        guard bytes.contains(UInt8(ascii: "\\")) else { return units }
        let short: [UInt16: UInt16] = [0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09]
        var name: [UInt16] = []
        var place = 0
        while place < units.count {
            guard units[place] == 0x5C else {
                name.append(units[place])
                place += 1
                continue
            }
            let isLong = units[place + 1] == 0x75
            let digits = isLong ? units[(place + 2)..<(place + 6)] : []
            name.append(
                isLong
                    ? UInt16(String(decoding: digits, as: UTF16.self), radix: 16) ?? 0
                    : short[units[place + 1]] ?? units[place + 1])
            place += isLong ? 6 : 2
        }
        return name
    }

    private mutating func array(depth: Int) -> Bool {
        index += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return true }
        repeat {
            skipSpace()
            guard value(depth: depth) else { return false }
            skipSpace()
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]"))
    }

    private mutating func word(_ text: StaticString) -> Bool {
        for offset in 0..<text.utf8CodeUnitCount {
            guard take(text.utf8Start[offset]) else { return false }
        }
        return true
    }

    /// The bytes are valid UTF-8 already: they come from a `String`.
    private mutating func string() -> Bool {
        index += 1
        while let byte = here {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return true
            case UInt8(ascii: "\\"):
                index += 1
                guard escape() else { return false }
            case 0..<0x20: return false
            default: index += 1
            }
        }
        return false
    }

    private mutating func escape() -> Bool {
        guard let byte = here else { return false }
        if byte == UInt8(ascii: "u") {
            for _ in 0..<4 {
                index += 1
                guard let digit = here, JSONGrammar.isHexadecimal(digit) else { return false }
            }
        } else if !"\"\\/bfnrt".utf8.contains(byte) {
            return false
        }
        index += 1
        return true
    }

    private mutating func number() -> Bool {
        _ = take(UInt8(ascii: "-"))
        // No leading zero before another digit.
        if !take(UInt8(ascii: "0")) { guard digits() else { return false } }
        if take(UInt8(ascii: ".")) { guard digits() else { return false } }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() else { return false }
        }
        return true
    }

    /// At least one.
    private mutating func digits() -> Bool {
        let start = index
        while let byte = here, (0x30...0x39).contains(byte) { index += 1 }
        return index > start
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
