import RetierCore
package import RetierLedger

/// The canaries of a brand's runs, the latest first.
package struct CanaryListing {
    package let standings: [CanaryStanding]

    package init(_ workspace: Workspace) throws { standings = try Outbox(workspace.ledger).canaries() }

    package var rows: RowListing {
        var listing = RowListing(
            "canaries",
            columns: [
                ("run", .text), ("state", .text), ("share", .text), ("max_failed", .text), ("opened_at", .text),
                ("not_before", .text), ("decided_at", .text), ("sample", .number), ("open", .number),
                ("ended", .number), ("failed", .number), ("withheld", .number),
            ])
        for standing in standings {
            let (canary, tally) = (standing.canary, standing.tally)
            listing.append([
                canary.run, canary.state.rawValue, Self.percent(canary.share), Self.percent(canary.maxFailed),
                canary.openedAt.description, canary.notBefore.description, canary.decidedAt?.description,
                String(standing.sample), String(tally.open), String(tally.ended), String(tally.failed),
                String(standing.withheld),
            ])
        }
        return listing
    }

    /// `12.5%`.
    static func percent(_ basisPoints: Int) -> String {
        Money(minorUnits: Int64(basisPoints)).text(decimals: 2) + "%"
    }
}

extension CanaryStanding {
    /// What is withheld and why, and what to do.
    package var line: String {
        let withheld = "canary of \(canary.run): \(withheld) messages are withheld"
        let share = CanaryListing.percent(canary.maxFailed)
        guard canary.state == .stopped else {
            let wait = tally.open == 0 ? "until \(canary.notBefore)" : "until the \(sample) of the sample have ended"
            return "\(withheld) \(wait) (\(tally.open) open, \(tally.failed) of \(tally.ended) actions failed)"
        }
        let cause =
            tally.ended == 0
            ? "nothing is known of its sample"
            : "\(tally.failed) of \(tally.ended) actions of its sample failed, and \(share) may"
        return "\(withheld): \(cause); see retier audit --run \(canary.run), mend the cause, then retier canary go or "
            + "retier canary stop"
    }
}
