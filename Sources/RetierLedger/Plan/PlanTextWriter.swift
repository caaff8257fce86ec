import Foundation

/// Gives each text of a plan a number, writing it once.
///
/// What is remembered is bounded; a text that was forgotten is written again, so the file depends on nothing but the
/// order of the texts. Names (tiers, kinds, reasons) are never forgotten: one name is one number.
final class PlanTextWriter {
    private static let capacity = 65_536
    let writer: PlanTableWriter
    private var names: [ExactText: Int64] = [:]
    private var texts: [ExactText: Int64] = [:]
    /// How often texts were forgotten.
    private var round = 0

    init(_ writer: PlanTableWriter) { self.writer = writer }

    func position(ofName name: String) throws -> Int64 {
        if let known = names[ExactText(name)] { return known }
        let position = try append(name)
        names[ExactText(name)] = position
        return position
    }

    /// The same where the text is mostly the one of before.
    func position(of text: String, _ last: inout Known?) throws -> Int64 {
        if let last, last.round == round, last.text == ExactText(text) { return last.position }
        let position = try position(of: text)
        last = Known(text: ExactText(text), position: position, round: round)
        return position
    }

    func position(of text: String) throws -> Int64 {
        if let known = texts[ExactText(text)] { return known }
        if texts.count >= PlanTextWriter.capacity {
            texts.removeAll(keepingCapacity: true)
            round += 1
        }
        let position = try append(text)
        texts[ExactText(text)] = position
        return position
    }

    /// A text with its number, as long as it is not forgotten.
    struct Known {
        fileprivate var text: ExactText
        fileprivate var position: Int64
        fileprivate var round: Int
    }

    /// A text that equals only the same bytes: Swift's own equality takes two spellings of an accent for one.
    fileprivate struct ExactText: Hashable {
        private let text: String

        init(_ text: String) { self.text = text }

        static func == (left: ExactText, right: ExactText) -> Bool {
            var (left, right) = (left.text, right.text)
            return left.withUTF8 { left in
                right.withUTF8 { right in
                    guard left.count == right.count, let first = left.baseAddress, let second = right.baseAddress
                    else { return left.count == right.count }
                    return memcmp(first, second, left.count) == 0
                }
            }
        }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    private func append(_ text: String) throws -> Int64 {
        let position = Int64(writer.rows + 1)
        writer.add(position)
        writer.add(text)
        try writer.endRow()
        return position
    }
}
