package import Foundation
import Logging
import RetierBrand
package import RetierCore
import RetierDelivery
import RetierLedger
import RetierLoopback

/// Shows retier at work: a brand is made, its months are imported, refreshed and delivered to a receiver on this
/// machine.
///
/// Everything goes through the same steps as the commands; only the data of the made-up brand is invented.
package struct Demonstration: Sendable {
    private let folder: BrandFolder
    private let language: Language
    private let say: @Sendable (String) -> Void
    private let show: @Sendable (String) -> Void

    /// `say` gets words, `show` gets output.
    package init(
        folder: BrandFolder, language: Language, say: @escaping @Sendable (String) -> Void,
        show: @escaping @Sendable (String) -> Void
    ) {
        self.folder = folder
        self.language = language
        self.say = say
        self.show = show
    }

    /// The made-up brand: three refreshes and the days between.
    package func runSeeded(library: URL, members: Int = 4_000) throws {
        try BrandScaffold.create(at: folder.root, library: library)
        let world = DemoWorld(members: members)
        let days = DemoSchedule.seeded.refreshDays
        let incident = DemoIncident(day: days[1].adding(days: 7))
        try play(schedule: .seeded, incident: incident) { workspace, after, through in
            let part = folder.state.appendingPathComponent("demo-data/\(through)").path
            let files = try world.write(after: after, through: through, to: part)
            return try [
                (ImportKind.members, files.members), (.orders, files.orders), (.events, files.events),
                (.consents, files.consents),
            ].filter { $0.1.rows > 0 }.map { try workspace.importFile($0.0, at: $0.1.path) }
        }
    }

    /// Somebody's own CSV files: up to three refreshes a month apart, up to `asOf` or the last month-end in the data.
    package func runFiles(library: URL, members: String, orders: String, asOf: Day?) throws {
        try BrandScaffold.create(at: folder.root, library: library)
        // The files hold no consents, and without any nobody would get anything: this is a rehearsal on one machine.
        try editConfiguration { $0.replacingOccurrences(of: "consent: marketing", with: "consent: none") }
        let workspace = try Workspace.open(folder)
        for report in [try workspace.importFile(.members, at: members), try workspace.importFile(.orders, at: orders)] {
            report.lines.forEach(say)
        }
        guard let span = try workspace.orderDays() else {
            throw RetierError(.badData, "\(orders) holds no orders", hint: "name a file with orders")
        }
        let schedule = DemoSchedule(firstOrder: span.first, lastOrder: span.last, asOf: asOf)
        try play(schedule: schedule) { _, _, _ in [] }
    }

    private typealias Import = (Workspace, _ after: Day?, _ through: Day) throws -> [ImportReport]

    private func play(schedule: DemoSchedule, incident: DemoIncident? = nil, importing: Import) throws {
        let receiver = try receive()
        defer { receiver.stop() }
        let workspace = try Workspace.open(folder)
        let runs = Runs(workspace, log: Logger(label: "demo") { _ in SwiftLogNoOpLogHandler() })
        var reached: Day?
        var previous: Day?
        for day in schedule.refreshDays {
            if let previous {
                var days = Days()
                for between in schedule.days(between: previous, and: day) {
                    _ = try importing(workspace, reached, between)
                    reached = between
                    if let word = try incident?.speak(on: between, in: workspace) { say("== \(word)") }
                    try daily(between, runs, &days)
                }
                say(
                    "== \(days.runs) daily runs after \(previous): \(days.candidates) candidates, "
                        + "\(days.sends) actions sent in \(days.messages) messages")
            }
            for report in try importing(workspace, reached, day) where previous == nil { report.lines.forEach(say) }
            reached = day
            try refresh(day, runs, workspace)
            previous = day
        }
        try incident?.show(in: workspace, to: show)
        try finish(workspace, receiver)
    }

    /// What the daily runs between two refreshes came to.
    private struct Days {
        var runs = 0
        var candidates = 0
        var sends = 0
        var messages = 0
    }

    private func daily(_ day: Day, _ runs: Runs, _ days: inout Days) throws {
        guard case .planned(let file, let review) = try runs.plan(.daily, asOf: day) else { return }
        days.runs += 1
        days.candidates += review.tally.candidates
        days.sends += try runs.commit(file, overrides: []).sends
        days.messages += try runs.deliver().delivered
    }

    private func refresh(_ day: Day, _ runs: Runs, _ workspace: Workspace) throws {
        guard case .planned(let file, let review) = try runs.plan(.refresh, asOf: day) else { return }
        show("\n== retier plan refresh --as-of \(day)\n")
        show(review.summary(playbooks: workspace.brand.playbooks, language: workspace.language))
        let result = try runs.commit(file, overrides: [])
        say("== retier apply: " + result.sentence)
        for line in try runs.deliver().lines { say("   " + line) }
    }

    private func finish(_ workspace: Workspace, _ receiver: LoopbackReceiver) throws {
        if let member = try workspace.ledger.memberWithMostHistory() {
            show("\n== retier explain \(member)\n")
            let explanation = try Explanation.explain(member, in: workspace)
            show(ExplanationText.text(explanation, programme: workspace.programme))
            show("\n== retier audit --member \(member) --format csv\n")
            try AuditListing(workspace, query: AuditQuery(member: member)).csv(to: show)
        }
        let actions = receiver.actionIDs.count
        show(
            "\nthe receiver got \(receiver.receipts.count) messages with \(actions) actions, "
                + "\(receiver.badSignatures) with a bad signature, "
                + "\(receiver.receipts.values.filter { $0.deliveries > 1 }.count) more than once\n")
        show("report: \(try workspace.writeReport())\n")
    }

    /// Starts a receiver and makes the brand send to it instead of to files.
    private func receive() throws -> LoopbackReceiver {
        let key = Data((0..<32).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 11) }).base64EncodedString()
        let secret = folder.root.appendingPathComponent("secrets/demo.key")
        try FileManager.default.createDirectory(
            at: secret.deletingLastPathComponent(), withIntermediateDirectories: true)
        guard
            FileManager.default.createFile(
                atPath: secret.path, contents: Data("whsec_\(key)\n".utf8), attributes: [.posixPermissions: 0o600])
        else { throw RetierError(.badConfiguration, "cannot write \(secret.path)", hint: "choose another folder") }
        let receiver = try LoopbackReceiver(secret: "whsec_\(key)")
        try editConfiguration { original in
            var text = original
            for line in original.split(separator: "\n") where line.contains("{kind: file") {
                let id = line.prefix { $0 != ":" }
                text = text.replacingOccurrences(
                    of: line, with: "\(id): {kind: webhook, url: \"\(receiver.url)\", secret: {file: secrets/demo.key}}"
                )
            }
            text = text.replacingOccurrences(of: "# window: P1Y", with: "window: P1Y")
            return text.replacingOccurrences(of: "language: zh", with: "language: \(language.rawValue)")
        }
        return receiver
    }

    private func editConfiguration(_ change: (String) -> String) throws {
        let text = try String(contentsOf: folder.configuration, encoding: .utf8)
        try Data(change(text).utf8).write(to: folder.configuration, options: .atomic)
    }
}
