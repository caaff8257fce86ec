import ArgumentParser
import Foundation
import RetierCore
import RetierRun

/// `--brand DIR`, on every command.
struct BrandOptions: ParsableArguments {
    @Option(name: .long, help: "The brand folder (default: RETIER_BRAND, or the current folder).")
    var brand: String?

    var folder: BrandFolder {
        BrandFolder(path: brand ?? ProcessInfo.processInfo.environment["RETIER_BRAND"] ?? ".")
    }

    /// The brand with its configuration checked and its ledger open.
    func open() throws -> Workspace {
        let isTimed = ProcessInfo.processInfo.environment["RETIER_TIMINGS"] == "1"
        return try Workspace.open(folder, timings: StageTimings(report: isTimed ? Console.say : nil))
    }
}

extension ListingFormat: ExpressibleByArgument {}

/// A calendar day on the command line.
struct DayArgument: ExpressibleByArgument {
    var day: Day

    init?(argument: String) {
        guard let day = Day(iso: argument) else { return nil }
        self.day = day
    }
}

/// `refresh` or `daily`.
enum RunKindArgument: String, ExpressibleByArgument, CaseIterable {
    case refresh, daily

    var trigger: Playbook.Trigger {
        switch self {
        case .refresh: .refresh
        case .daily: .daily
        }
    }
}
