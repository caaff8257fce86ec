import Foundation

/// The positions of texts that are few and come often; a look at the bytes saves making a text of each.
struct FewTexts {
    private var known: [(bytes: [UInt8], position: UInt16)] = []

    /// - Parameter new: gives a text that comes for the first time its position.
    mutating func position(of bytes: Bytes, new: (String) -> UInt16) -> UInt16 {
        for index in known.indices where known[index].bytes.count == bytes.count {
            let isSame = bytes.baseAddress.map { memcmp(known[index].bytes, $0, bytes.count) == 0 } ?? true
            if isSame { return known[index].position }
        }
        let position = new(String(decoding: bytes, as: UTF8.self))
        known.append((Array(bytes), position))
        return position
    }
}
