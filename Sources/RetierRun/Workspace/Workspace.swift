import Foundation
package import RetierBrand
package import RetierCore
package import RetierLedger

/// A brand folder that is ready to work in: configuration checked, ledger open.
package final class Workspace: Sendable {
    package let folder: BrandFolder
    package let brand: Brand
    package let ledger: Ledger
    package let clock: Clock
    package let timings: StageTimings

    package init(
        folder: BrandFolder, brand: Brand, ledger: Ledger, clock: Clock = .system, timings: StageTimings = .off
    ) {
        self.folder = folder
        self.brand = brand
        self.ledger = ledger
        self.clock = clock
        self.timings = timings
    }

    package var programme: Programme { brand.programme }
    package var language: Language { brand.programme.language }

    /// Opens a brand folder; a configuration with errors is refused with all of them.
    package static func open(
        _ folder: BrandFolder, clock: Clock = .system, timings: StageTimings = .off
    ) throws -> Workspace {
        guard FileManager.default.fileExists(atPath: folder.configuration.path) else {
            throw RetierError(
                .badConfiguration, "there is no brand folder at \(folder.path): it has no retier.yaml",
                hint: "name one with --brand DIR or RETIER_BRAND, or make one with `retier init DIR`")
        }
        let brand = try Brand.load(directory: folder.root) { try? ZoneRules(systemNamed: $0) }
        try refuseForeignOwner(of: folder)
        try folder.prepare()
        let ledger = try Ledger(path: folder.ledger.path)
        timings.end("open")
        return Workspace(folder: folder, brand: brand, ledger: ledger, clock: clock, timings: timings)
    }

    /// Every problem in what people wrote, sorted by place.
    package static func check(_ folder: BrandFolder) -> [Diagnostic] {
        let (programme, diagnostics) = Brand.inspect(directory: folder.root) { try? ZoneRules(systemNamed: $0) }
        guard let programme else { return diagnostics }
        return (diagnostics + NamedFiles.notes(programme, brandDirectory: folder.path)).sorted()
    }

    /// A root-made `-wal` file locks the service's own user out of its ledger, so root does not touch another's ledger.
    private static func refuseForeignOwner(of folder: BrandFolder) throws {
        guard geteuid() == 0 else { return }
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder.ledger.path)
        guard let owner = attributes?[.ownerAccountID] as? Int, owner != 0 else { return }
        let name = attributes?[.ownerAccountName] as? String ?? String(owner)
        throw RetierError(
            .badConfiguration,
            "the ledger belongs to \(name), and root would leave files there that \(name) cannot open",
            hint: "run it as that user: runuser -u \(name) -- retier ... --brand \(folder.path)")
    }

    /// Imports one CSV file.
    ///
    /// - Parameter signature: where the signature of a file of acknowledgements is; nil for beside it.
    package func importFile(
        _ kind: ImportKind, at path: String, signature: String? = nil, mapping: [String: String] = [:],
        progress: (ImportProgress) -> Void = { _ in }
    ) throws -> ImportReport {
        if kind == .acks { try requireSignature(of: path, signaturePath: signature) }
        let options = ImportOptions(
            mapping: mapping, zone: programme.zone, currency: programme.currency,
            maxRejectedShare: programme.imports.maxRejected, now: clock.now,
            mergesMembers: programme.imports.mergesMembers, tierIDs: programme.tiering.ladder.tiers.map(\.id),
            recovery: recovery)
        var report = try ledger.importFile(kind, at: path, options: options, progress: progress)
        if [.orders, .events, .acks, .identities].contains(kind), let line = try closeRecoveredCases().sentence {
            report.notes.append(line)
        }
        if [.consents, .suppressions, .identities].contains(kind), let line = try takeBackWithdrawn().sentence {
            report.notes.append(line)
        }
        return report
    }

    /// Takes back what has not left for members who withdrew their consent.
    package func takeBackWithdrawn() throws -> Withdrawals {
        let shortening = programme.endpoints.filter { ListCut.canCut($0.kind) }.map(\.id)
        return try ledger.takeBackWithdrawn(
            channels: programme.channels, shortening: Set(shortening), now: clock.now)
    }

    /// Of the playbooks that keep cases.
    package var ladders: [CaseLadder] { brand.playbooks.compactMap(CaseLadder.init) }

    /// What counts as a member's coming back.
    package var recovery: Recovery { Recovery(brand.playbooks, uncounted: programme.uncountedStatuses) }

    /// Closes the cases of members who ordered, replied or were acknowledged.
    package func closeRecoveredCases() throws -> CaseClosings {
        try ledger.closeRecoveredCases(recovery, zone: programme.zone, now: clock.now)
    }

    /// Works under the brand's lease: one run, or one person who changes what runs decide by, at a time.
    func holdingLease<Result>(_ body: (Lease) throws -> Result) throws -> Result {
        let owner = LeaseOwner.current(id: UUID().uuidString)
        return try ledger.withLease("run", owner: owner, now: { [clock] in clock.now }, body)
    }

    /// Today in the brand's time zone.
    package var today: Day { programme.zone.day(of: clock.now) }
}

extension Withdrawals {
    /// What to tell the operator; nil where nothing waited.
    package var sentence: String? {
        guard actions + kept > 0 else { return nil }
        let left = kept > 0 ? "; \(kept) stand(s) in a list that people read, or may have left already" : ""
        return
            "\(actions) action(s) that had not left are taken back: consent was withdrawn; \(messages) message(s) are "
            + "cancelled" + left
    }
}

extension CaseClosings {
    /// What to tell the operator; nil where nothing was closed.
    package var sentence: String? {
        guard cases + withdrawn > 0 else { return nil }
        return "\(cases) case(s) closed: the member came back or was taken care of; \(cancelled) message(s) that had "
            + "not left are cancelled, \(withdrawn) deferred action(s) withdrawn"
    }
}

extension Programme {
    /// When messages may leave.
    var quietCalendar: QuietCalendar { QuietCalendar(quiet, zone: zone) }
}
