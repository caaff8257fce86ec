import RetierCore
package import RetierLedger

extension Workspace {
    /// Makes two members one, and looks at once for cases that what either did ends.
    ///
    /// - Throws: as `Ledger.merge`.
    package func merge(_ kept: String, _ other: String, reason: String, operatorName: String) throws -> CaseClosings {
        try ledger.merge(kept, other, word(reason, operatorName))
        return try closeRecoveredCases()
    }

    /// Undoes the merge of a member into another.
    ///
    /// - Throws: as `Ledger.unmerge`.
    package func unmerge(_ other: String, reason: String, operatorName: String) throws {
        try ledger.unmerge(other, word(reason, operatorName))
    }

    private func word(_ reason: String, _ operatorName: String) -> MergeWord {
        MergeWord(
            reason: reason, operatorName: operatorName, now: clock.now,
            tierIDs: programme.tiering.ladder.tiers.map(\.id), recovery: recovery)
    }
}
