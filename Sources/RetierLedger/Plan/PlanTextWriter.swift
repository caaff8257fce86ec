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

    init(_ writer: PlanTableWriter) { self.writer = writer }

    func position(ofName name: String) throws -> Int64 {
        if let known = names[ExactText(name)] { return known }
        let position = try append(name)
        names[ExactText(name)] = position
        return position
    }

    func position(of text: String) throws -> Int64 {
        if let known = texts[ExactText(text)] { return known }
        if texts.count >= PlanTextWriter.capacity { texts.removeAll(keepingCapacity: true) }
        let position = try append(text)
        texts[ExactText(text)] = position
        return position
    }

    /// A text that equals only the same bytes: Swift's own equality takes two spellings of an accent for one.
    private struct ExactText: Hashable {
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
