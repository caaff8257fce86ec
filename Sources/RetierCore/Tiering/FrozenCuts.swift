/// The entry cuts of a ladder as learned on a named date: the same score earns the same tier until they are learned
/// again.
package struct FrozenCuts: Hashable, Sendable {
    package var learnedOn: Day
    /// Identifies the ladder, weights and window that were in force: cuts of another model are not comparable.
    package var modelDigest: String
    /// Lowest composite score (millionths) of each tier, highest tier first; 0 for the last.
    package var entryScores: [Int32]

    package init(learnedOn: Day, modelDigest: String, entryScores: [Int32]) {
        self.learnedOn = learnedOn
        self.modelDigest = modelDigest
        self.entryScores = entryScores
    }
}
