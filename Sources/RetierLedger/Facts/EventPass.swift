import RetierCore

/// One thread's pass over the events.
struct EventPass {
    private let statement: ReadStatement
    private let recipe: PassRecipe
    private let readsNumber: Bool
    private let readsText: Bool
    private let readsReference: Bool

    init(_ connection: ReadConnection, _ recipe: PassRecipe) throws {
        self.recipe = recipe
        readsNumber = recipe.events.columns.contains(.value)
        readsText = recipe.events.columns.contains(.valueText)
        readsReference = recipe.events.columns.contains(.ref)
        statement = try connection.prepare("SELECT member, rows FROM event_pack WHERE member >= ?1 ORDER BY member")
    }

    /// Folds the events of a stretch of members: one value a position of the pass for each member.
    func facts(of stretch: KeyStretch) throws -> [Int64] {
        try statement.restart(stretch.first)
        var values: [Int64] = []
        var rows: [FactRow] = []
        var fold = FactFold(recipe.events)
        var texts = recipe.eventTexts
        var clock = LocalDayClock(recipe.zone)
        var walk = MemberWalk(stretch)
        while try statement.step() {
            let member = statement.integer(0)
            if member > stretch.last { break }
            walk.move(to: member)
            for _ in 0..<walk.takeSkipped() { fold.fold([FactRow]().span, into: &values) }
            guard walk.isKnown else { continue }
            texts.beginMember()
            var pack = RowPackReader(statement.blob(1))
            rows.removeAll(keepingCapacity: true)
            while try pack.next() { rows.append(try row(&pack, &clock, &texts)) }
            fold.fold(rows.span, into: &values)
            guard !fold.hasOverflowed else { throw OrderPass.overflow }
        }
        walk.end()
        for _ in 0..<walk.takeSkipped() { fold.fold([FactRow]().span, into: &values) }
        guard !fold.hasOverflowed else { throw OrderPass.overflow }
        return values
    }

    /// Folds the events of one member and of all who were merged into it.
    func facts(of group: MergedGroups.Group) throws -> [Int64] {
        var texts = recipe.eventTexts
        var clock = LocalDayClock(recipe.zone)
        var rows: [FactRow] = []
        for key in group.keys {
            try statement.restart(key)
            guard try statement.step(), statement.integer(0) == key else { continue }
            var pack = RowPackReader(statement.blob(1))
            while try pack.next() { rows.append(try row(&pack, &clock, &texts)) }
        }
        rows.sort { $0.at < $1.at }
        var fold = FactFold(recipe.events)
        var values: [Int64] = []
        fold.fold(rows.span, into: &values)
        guard !fold.hasOverflowed else { throw OrderPass.overflow }
        return values
    }

    /// Takes the event's columns kind, value and ref, as many as it has.
    private func row(
        _ pack: inout RowPackReader, _ clock: inout LocalDayClock, _ texts: inout EventTexts
    ) throws -> FactRow {
        var row = FactRow(at: pack.at, day: clock.day(ofSeconds: pack.at))
        if pack.present & 1 != 0 { row[.kind] = try pack.number() }
        if pack.present & 2 != 0 {
            let text = try pack.text()
            if readsNumber { row[.value] = Decimal6.parse(String(decoding: text, as: UTF8.self)) ?? FactColumn.missing }
            if readsText { row[.valueText] = texts.number(ofBytes: text) }
        }
        if pack.present & 4 != 0 {
            let text = try pack.text()
            if readsReference { row[.ref] = texts.number(ofBytes: text) }
        }
        return row
    }
}

/// Numbers that stand for the texts of events: those that filters compare with have numbers of their own, the others
/// get theirs member by member, so that memory does not grow with the texts of a whole ledger.
struct EventTexts: Sendable {
    private let fixed: [[UInt8]: Int64]
    private var ofMember: [[UInt8]: Int64] = [:]

    init(_ texts: some Sequence<String>) {
        fixed = Dictionary(uniqueKeysWithValues: Set(texts).sorted().enumerated().map { (Array($1.utf8), Int64($0)) })
    }

    /// The number of a text that filters compare with.
    func number(of text: String) -> Int64 { fixed[Array(text.utf8)] ?? -1 }

    mutating func beginMember() {
        if !ofMember.isEmpty { ofMember.removeAll(keepingCapacity: true) }
    }

    mutating func number(ofBytes bytes: UnsafeBufferPointer<UInt8>) -> Int64 {
        let text = Array(bytes)
        if let number = fixed[text] ?? ofMember[text] { return number }
        let number = Int64(fixed.count + ofMember.count)
        ofMember[text] = number
        return number
    }
}

/// The numbers under which the ledger keeps texts that repeat.
struct TextNumbers {
    private let statement: ReadStatement

    init(_ connection: ReadConnection) throws {
        statement = try connection.prepare("SELECT key FROM symbol WHERE text = ?1")
    }

    /// The number of a text, or -1 where no row has it.
    func number(of text: String) throws -> Int64 {
        try statement.restart()
        try statement.bind(text, at: 1)
        return try statement.step() ? statement.integer(0) : -1
    }
}
