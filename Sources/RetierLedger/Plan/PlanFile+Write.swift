import Foundation
package import RetierCore

extension PlanFile {
    /// Whether a file has the mark of a plan in its header, or is empty; nothing more is checked.
    package static func looksLikeOne(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        // Nil is the end of the file; a folder throws.
        guard let header = try? file.read(upToCount: 72) ?? Data() else { return false }
        // SQLite keeps an application's id, big-endian, at offset 68.
        return header.isEmpty || header.dropFirst(68).elementsEqual("RTPL".utf8)
    }

    /// Writes a plan and opens it.
    ///
    /// The same plan gives the same bytes on every machine.
    ///
    /// The file appears whole or not at all: it is written under another name, made durable and renamed.
    /// - Parameters:
    ///   - replacing: whether a file that holds another plan may be replaced; the same plan is left alone.
    ///   - decide: gives the decisions and their figures where `plan` has none yet; asked once, in a
    ///     refresh after the members are written.
    ///   - action: what belongs to the decision at a position, asked once each in order.
    /// - Throws: `RetierError` of code `usage` where the path holds something else already.
    package static func write(
        _ plan: Plan, to path: String, replacing: Bool = false, decide: (() throws -> Settlement)? = nil,
        action: (Int) throws -> PlannedAction
    ) throws -> PlanFile {
        let draft = path + ".tmp"
        try? FileManager.default.removeItem(atPath: draft)
        defer { try? FileManager.default.removeItem(atPath: draft) }
        var writer = PlanWriter(plan)
        try writer.write(to: draft, decide: decide, action: action)
        try DurableFile.seal(plan: draft)
        if FileManager.default.fileExists(atPath: path), !replacing {
            let new = try PlanFile(path: draft, verifying: false)
            guard let old = try? PlanFile.open(path: path), old.digest == new.digest else {
                throw RetierError(
                    .usage, "\(path) exists and is another plan", hint: "name another file, or remove it first")
            }
            return old
        }
        try DurableFile.move(draft, to: path)
        return try PlanFile(path: path, verifying: false)
    }
}
