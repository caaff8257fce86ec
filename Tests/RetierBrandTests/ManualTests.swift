import Foundation
import RetierCore
import RetierTestSupport
import Testing

@testable import RetierBrand

/// The tables of the manual are made from the tables that the loader checks with.
///
/// `RETIER_RECORD_GOLDEN=1` writes them into the pages and fails the test, as for any golden file.
struct ManualTests {
    private static let folder = "Sources/retier/Retier.docc/"

    @Test func playbooksPageShowsEveryKeyFieldAndVariable() throws {
        try expectTables(
            in: "Playbooks.md",
            [
                "playbook": keys(PlaybookShape.keys), "step": keys(PlaybookShape.step),
                "actions": PlaybookShape.actions.map { "`\($0)`" }.joined(separator: ", ") + ".",
                "experiment": keys(
                    nested("experiment", PlaybookShape.experiment) + nested("goal", PlaybookShape.goal)
                        + nested("budget", PlaybookShape.budget)),
                "fields": fields, "variables": variables,
            ])
    }

    @Test func configurationPageShowsEveryKey() throws {
        try expectTables(
            in: "Configuration.md",
            [
                "top": keys(ProgrammeShape.keys), "tiering": keys(ProgrammeShape.tiering),
                "tier": keys(ProgrammeShape.tier), "entry": keys(ProgrammeShape.entry),
                "model": keys(
                    nested("weights", ProgrammeShape.weights) + nested("stability", ProgrammeShape.stability)
                        + nested("lifecycle", ProgrammeShape.lifecycle)),
                "endpoint": endpointKeys,
                "channel": keys(ProgrammeShape.channel + nested("cap", ProgrammeShape.cap)),
                "guards": keys(ProgrammeShape.guards + nested("imports", ProgrammeShape.imports)),
            ])
    }

    private func nested(_ parent: String, _ keys: [Key]) -> [Key] {
        keys.map { key in
            var copy = key
            copy.name = parent + "." + key.name
            return copy
        }
    }

    private func keys(_ keys: [Key]) -> String {
        table(["key", "value", "left out", "meaning", "说明"], keys.map(row))
    }

    private func row(_ key: Key) -> [String] {
        let absent = key.isRequired ? "required" : key.fallback.isEmpty ? "" : "`\(key.fallback)`"
        return ["`\(key.name)`", key.shape.expectation, absent, key.description.english, key.description.chinese]
    }

    private var endpointKeys: String {
        guard case .variants(let tag, let variants) = ProgrammeShape.endpoint else { return "" }
        let own = variants.flatMap { variant in
            variant.keys.prefix(variant.keys.count - ProgrammeShape.sending.count).map { key in
                var cells = row(key)
                cells[0] += " (\(variant.word))"
                return cells
            }
        }
        return table(["key", "value", "left out", "meaning", "说明"], [row(tag)] + own + ProgrammeShape.sending.map(row))
    }

    private var fields: String {
        table(
            ["field", "holds", "meaning", "说明"],
            FieldCatalogue.all.map { definition in
                let holds =
                    switch definition.kind {
                    case .choice(let choice):
                        "one of the \(choice == .transitionKinds ? "kinds of transition" : choice.rawValue)"
                    case .number(let unit): unit == .points ? "0 to 100" : unit.rawValue
                    case .flag: "flag"
                    case .attribute: "text or number"
                    }
                return ["`\(definition.name)`", holds, definition.description.english, definition.description.chinese]
            })
    }

    private var variables: String {
        table(
            ["variable", "has a value", "meaning", "说明"],
            TemplateVariable.all.map { variable in
                let presence =
                    switch variable.presence {
                    case .always: "always"
                    case .sometimes: "sometimes"
                    case .withStepKey(let key): "if the step has `\(key)`"
                    }
                return ["`\(variable.name)`", presence, variable.description.english, variable.description.chinese]
            })
    }

    private func table(_ head: [String], _ rows: [[String]]) -> String {
        let lines = [head, head.map { _ in "---" }] + rows
        return lines.map { "| " + $0.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |" }
            .joined(separator: "\n")
    }

    /// Compares every marked table of a page, and that no table is missing.
    private func expectTables(in page: String, _ tables: [String: String]) throws {
        var text = try Repository.read(ManualTests.folder + page)
        let isRecording = ProcessInfo.processInfo.environment["RETIER_RECORD_GOLDEN"] == "1"
        for (name, table) in tables.sorted(by: { $0.key < $1.key }) {
            let start = try #require(text.firstRange(of: "<!-- table:\(name) -->\n"), "\(page) has no table \(name)")
            let end = try #require(text[start.upperBound...].firstRange(of: "<!-- /table -->"))
            let shown = text[start.upperBound..<end.lowerBound]
            let wanted = "\n\(table)\n\n"
            if isRecording {
                text.replaceSubrange(start.upperBound..<end.lowerBound, with: wanted)
            } else if shown != wanted {
                Issue.record("\(firstDifference(String(shown), wanted)) in table \(name) of \(page)")
            }
        }
        guard isRecording else { return }
        try Data(text.utf8).write(to: URL(filePath: Repository.root + "/" + ManualTests.folder + page))
        Issue.record("recorded the tables of \(page)")
    }
}
