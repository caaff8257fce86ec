/// Walks rows and members side by side: both come in order of the member's key.
struct MemberWalk {
    private let stretch: KeyStretch
    private(set) var position: Int
    /// Whether that member has facts.
    private(set) var isKnown = false
    /// Members before `counted` have been handed out, as skipped or as known.
    private var counted: Int

    init(_ stretch: KeyStretch) {
        self.stretch = stretch
        position = stretch.positions.lowerBound
        counted = position
    }

    mutating func move(to member: Int64) {
        if isKnown { counted = position + 1 }
        while position < stretch.positions.upperBound, stretch.keys[position] < member { position += 1 }
        isKnown = position < stretch.positions.upperBound && stretch.keys[position] == member
    }

    /// Passes the members who are left.
    mutating func end() {
        if isKnown { counted = position + 1 }
        isKnown = false
        position = stretch.positions.upperBound
    }

    /// How many members without a row have been passed since the last call.
    mutating func takeSkipped() -> Int {
        let skipped = max(position - counted, 0)
        counted = max(position, counted)
        return skipped
    }
}
