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
                "option": keys(nested("choose", PlaybookShape.option)),
                "actions": PlaybookShape.actions.map { "`\($0)`" }.joined(separator: ", ") + ".",
                "experiment": keys(
                    nested("experiment", PlaybookShape.experiment) + nested("goal", PlaybookShape.goal)
                        + nested("budget", PlaybookShape.budget)),
                "fields": fields, "reasons": reasons, "variables": variables,
            ])
    }

    @Test func configurationPageShowsEveryKey() throws {
        try expectTables(
            in: "Configuration.md",
            [
                "top": keys(ProgrammeShape.keys), "tiering": keys(TieringShape.keys),
                "tier": keys(TieringShape.tier),
                "entry": keys(
                    TieringShape.entry + nested("top", TieringShape.best) + nested("value", TieringShape.value)),
                "model": keys(
                    nested("weights", TieringShape.weights) + nested("weighting", TieringShape.weighting)
                        + nested("dimensions", TieringShape.dimensions) + nested("measure", TieringShape.measure)
                        + nested("stability", TieringShape.stability)
                        + nested("lifetime", ProgrammeShape.lifetime) + nested("lifecycle", TieringShape.lifecycle)
                        + nested("signals", TieringShape.signals)),
                "endpoint": sharedEndpointKeys, "endpoint-standards": endpointStandards,
                "breaker": keys(EndpointShape.breaker), "endpoint-file": keys(own("file")),
                "endpoint-webhook": keys(own("webhook")), "endpoint-robot": robotKeys,
                "endpoint-wecom-app": keys(own("wecom-app")), "endpoint-to": keys(EndpointShape.recipients),
                "endpoint-wecom-task": keys(own("wecom-task") + poll), "endpoint-custom": keys(own("custom")),
                "answers": keys(
                    nested("success", CustomShape.success) + nested("throttled", CustomShape.throttled)
                        + nested("refused, gone", CustomShape.rule)),
                "body": bodyVariables(BodyVariable.action + BodyVariable.message),
                "body-list": bodyVariables(BodyVariable.list),
                "clusters": keys(ClusterShape.keys + nested("columns", ClusterShape.column)),
                "channel": keys(ProgrammeShape.channel + nested("cap", ProgrammeShape.cap)),
                "control": keys(nested("control", ProgrammeShape.control)),
                "caps": keys(ProgrammeShape.programmeCap), "budgets": keys(ProgrammeShape.budget),
                "approvals": keys(ApprovalShape.keys), "canary": keys(CanaryShape.keys),
                "guards": keys(
                    GuardShape.keys + nested("sources.ID", GuardShape.source)
                        + nested("imports", ProgrammeShape.imports)),
            ])
    }

    @Test func incidentsPageShowsEveryKey() throws {
        try expectTables(
            in: "Incidents.md",
            [
                "incidents": keys(nested("incidents.KIND", IncidentShape.kind)),
                "scale": keys(nested("scale", PlaybookShape.hourly + PlaybookShape.length)),
            ])
    }

    @Test func casesPageShowsEveryState() throws {
        let states = table(
            ["state", "meaning", "说明"],
            CaseState.allCases.map { ["`\($0.rawValue)`", $0.title.english, $0.title.chinese] })
        try expectTables(in: "Cases.md", ["case-states": states])
    }

    @Test func quietHoursPageShowsEveryKey() throws {
        let window = nested("windows.ID", QuietShape.window)
        try expectTables(in: "QuietHours.md", ["quiet": keys(nested("quiet", QuietShape.keys) + window)])
    }

    @Test func factsPageShowsEveryFactAndKey() throws {
        try expectTables(
            in: "Facts.md",
            [
                "facts": table(
                    ["fact", "holds", "meaning", "说明"],
                    FactCatalogue.standard.definitions.map { fact in
                        let (english, chinese) = (fact.description.english, fact.description.chinese)
                        return ["`\(fact.name)`", fact.unit.rawValue, english, chinese]
                    }),
                "kinds": keys(FactShape.events), "uncounted": keys(nested("orders", FactShape.orders)),
                "own": keys(FactShape.fact),
                "aggregates": table(
                    ["aggregate", "meaning", "说明"],
                    FactShape.aggregates.map { ["`\($0.word)`", $0.meaning.english, $0.meaning.chinese] }),
                "tags": keys(FactShape.tag + nested("prefers", FactShape.preference)),
            ])
    }

    /// The examples of the page are whole endpoints, with the templates that they name.
    @Test func configurationPageShowsEndpointsThatAreValid() throws {
        let page = try Repository.read(ManualTests.folder + "Configuration.md")
        let folder = try BrandFixture.folder()
        let fixture = try folder.read("retier.yaml")
        let start = try #require(fixture.firstRange(of: "endpoints:\n")).upperBound
        let end = try #require(fixture.firstRange(of: "channels:\n")).lowerBound
        var endpoints = "  out: {kind: file, directory: var/outgoing/out}\n  hook: {kind: file, directory: a}\n"
        endpoints += "  gateway: {kind: file, directory: b}\n"
        var kinds: Set<String> = []
        for block in page.components(separatedBy: "```yaml\nendpoints:\n").dropFirst() {
            // Each example is a brand of its own.
            let example = try #require(block.components(separatedBy: "```").first)
            kinds.formUnion(EndpointShape.kinds.map(\.word).filter { example.contains("kind: \($0)\n") })
            if example.contains("kind: file") { kinds.insert("file") }
            let text = fixture[..<start] + endpoints + example + fixture[end...]
            try folder.write(String(text), to: "retier.yaml")
            for block in page.components(separatedBy: "<!-- file: ").dropFirst() {
                let parts = block.components(separatedBy: "```")
                let path = try #require(parts.first?.components(separatedBy: " ").first)
                try folder.write(String(parts[1].drop { $0 != "\n" }.dropFirst()), to: path)
            }
            let found = BrandFixture.check(folder).filter { $0.code != "unused-template" }
            #expect(found == [], "\(example)")
        }
        #expect(kinds == Set(EndpointShape.kinds.map(\.word)))
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

    private func own(_ word: String) -> [Key] { EndpointShape.kind(named: word)?.own ?? [] }

    private var poll: [Key] { (EndpointShape.kind(named: "wecom-task")?.sending ?? []).filter { $0.name == "poll" } }

    /// What all kinds have; a value that depends on the kind stands in the next table.
    private var sharedEndpointKeys: String {
        let keys = (EndpointShape.kinds.first?.sending ?? []) + EndpointShape.network
        let rows = keys.map { key in
            let values = Set(EndpointShape.kinds.flatMap(\.keys).filter { $0.name == key.name }.map(\.fallback))
            var cells = row(key)
            if values.count > 1 { cells[2] = "by kind" }
            if EndpointShape.network.contains(where: { $0.name == key.name }) { cells[0] += " (not `file`)" }
            return cells
        }
        return table(["key", "value", "left out", "meaning", "说明"], [row(EndpointShape.tag)] + rows)
    }

    private var endpointStandards: String {
        let columns = ["batch", "concurrency", "rate", "avoid_half_hours", "on_doubt"]
        return table(
            ["kind"] + columns.map { "`\($0)`" },
            EndpointShape.kinds.map { kind in
                ["`\(kind.word)`"]
                    + columns.map { name in kind.sending.first { $0.name == name }?.fallback ?? "" }.map {
                        $0 == "[]" ? "no limit" : $0
                    }
            })
    }

    private var robotKeys: String {
        let robots = EndpointShape.kinds.filter(\.isRobot)
        var seen: Set<String> = []
        let rows = robots.flatMap(\.own).filter { seen.insert($0.name).inserted }.map { key in
            let owners = robots.filter { $0.own.contains { $0.name == key.name } }
            var cells = row(owners.first?.own.first { $0.name == key.name } ?? key)
            if owners.count < robots.count { cells[0] += " (\(owners.map(\.word).joined(separator: ", ")))" }
            return cells
        }
        return table(["key", "value", "left out", "meaning", "说明"], rows)
    }

    private func bodyVariables(_ variables: [BodyVariable]) -> String {
        table(
            ["variable", "has a value", "meaning", "说明"],
            variables.map { variable in
                let presence =
                    switch variable.presence {
                    case .always: "always"
                    case .withStepKey(let key): "if the step has `\(key)`"
                    case .withArms: "if the playbook has arms"
                    }
                return ["`\(variable.name)`", presence, variable.description.english, variable.description.chinese]
            })
    }

    private var reasons: String {
        table(
            ["reason", "verdict", "meaning", "说明"],
            Inquiry.reasons.map { ["`\($0.rawValue)`", $0.outcome.rawValue, $0.title.english, $0.title.chinese] })
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
