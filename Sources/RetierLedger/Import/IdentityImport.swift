import RetierCore

/// Imports identities: which member an id of another system means.
///
/// Orders, events and consents that came with an identity nobody had named yet wait at a member without an id. When the
/// identity is named, that member either gets the id, or its rows move to the member who has it already. An identity
/// that means a second member makes the two one, see `MemberMerging`.
final class IdentityImport: RowImport {
    private(set) var counts = ImportCounts()
    private var merged = 0

    private let context: ImportContext
    private let sourceField: Int
    private let externalField: Int
    private let memberField: Int
    private let select: RawStatement
    private let insert: RawStatement
    private let update: RawStatement
    private let selectClaim: RawStatement
    private let insertClaim: RawStatement
    private let waiting: WaitingRows

    init(_ context: ImportContext) throws {
        self.context = context
        sourceField = context.layout.required("source")
        externalField = context.layout.required("external_id")
        memberField = context.layout.required("member_id")
        select = try RawStatement(
            context.connection,
            """
            SELECT identity.member, member.member_id FROM identity JOIN member ON member.key = identity.member
            WHERE source = ? AND external_id = ?
            """)
        insert = try RawStatement(
            context.connection, "INSERT INTO identity (source, external_id, member) VALUES (?, ?, ?)")
        update = try RawStatement(
            context.connection, "UPDATE identity SET member = ? WHERE source = ? AND external_id = ?")
        selectClaim = try RawStatement(
            context.connection, "SELECT 1 FROM identity_claim WHERE source = ? AND external_id = ? AND member = ?")
        insertClaim = try RawStatement(
            context.connection, "INSERT INTO identity_claim (source, external_id, member) VALUES (?, ?, ?)")
        waiting = try WaitingRows(context)
    }

    var notes: [String] {
        guard merged > 0 else { return [] }
        return ["\(merged) members were merged because one identity means both; retier identities merges lists them"]
    }

    func add(_ row: borrowing CSVReader) throws {
        let source = try context.fields.label(row[sourceField], "source")
        let externalID = try context.fields.label(row[externalField], "external_id")
        let memberID = try context.fields.label(row[memberField], "member_id")
        select.bind(1, source)
        select.bind(2, externalID)
        guard try select.step() else {
            select.reset()
            counts.new += 1
            insert.bind(1, source)
            insert.bind(2, externalID)
            insert.bind(3, Int64(try context.members.key(ofMember: memberID)))
            try insert.run()
            return context.add(try hash(source, externalID, memberID), to: .identities)
        }
        let key = UInt32(select.number(0))
        let isWaiting = select.isNull(1)
        let isSame = !isWaiting && select.text(1).isEqual(to: memberID)
        select.reset()
        if isSame {
            counts.unchanged += 1
            return
        }
        if isWaiting {
            counts.new += 1
            try settle(waitingAt: key, source, externalID, memberID)
        } else {
            guard try claim(source, externalID, memberID, besides: key) else { return }
        }
        context.add(try hash(source, externalID, memberID), to: .identities)
    }

    func finish(_ progress: (ImportProgress.Phase, _ rows: Int) -> Void) throws {}

    private func settle(waitingAt key: UInt32, _ source: Bytes, _ externalID: Bytes, _ memberID: Bytes) throws {
        guard let member = try context.members.existingKey(ofMember: memberID) else {
            context.members.learn(memberID, key: key)
            return try waiting.name(key, memberID)
        }
        try waiting.move(from: key, to: member) { try point(source, externalID, to: member) }
    }

    /// Takes in that an identity means a second member: both are one, unless that was said and undone before.
    ///
    /// - Returns: false where the file says nothing new.
    private func claim(_ source: Bytes, _ externalID: Bytes, _ memberID: Bytes, besides known: UInt32) throws -> Bool {
        if let member = try context.members.existingKey(ofMember: memberID) {
            selectClaim.bind(1, source)
            selectClaim.bind(2, externalID)
            selectClaim.bind(3, Int64(member))
            defer { selectClaim.reset() }
            guard try !selectClaim.step() else {
                counts.unchanged += 1
                return false
            }
        }
        guard context.options.mergesMembers else { throw RowProblem(.conflictingIdentity, column: "member_id") }
        let member = try context.members.key(ofMember: memberID)
        counts.new += 1
        insertClaim.bind(1, source)
        insertClaim.bind(2, externalID)
        insertClaim.bind(3, Int64(member))
        try insertClaim.run()
        let word = MergeWord(
            reason: "one identity of \(String(decoding: source, as: UTF8.self)) means both", operatorName: "import",
            now: context.options.now, tierIDs: context.options.tierIDs, recovery: context.options.recovery)
        let merging = MemberMerging(context: context, database: context.database)
        if try merging.mergeSmallerFirst(Int64(known), Int64(member), word) { merged += 1 }
        return true
    }

    private func point(_ source: Bytes, _ externalID: Bytes, to member: UInt32) throws {
        update.bind(1, Int64(member))
        update.bind(2, source)
        update.bind(3, externalID)
        try update.run()
    }

    private func hash(_ source: Bytes, _ externalID: Bytes, _ memberID: Bytes) throws -> RowHash {
        try context.hasher.row(.identities, [.text(source), .text(externalID), .text(memberID)])
    }
}

/// The rows of a member of whom only an identity is known, on their way to a member with an id.
final class WaitingRows {
    private let context: ImportContext
    private let tables: [TimedTable]
    private let consents: ConsentRows
    private let nameMember: RawStatement
    private let deleteMember: RawStatement

    init(_ context: ImportContext) throws {
        self.context = context
        tables = try [.orders, .events].map {
            try TimedTable($0, context.connection, idHash: context.tuning.idHash)
        }
        consents = try ConsentRows(context)
        nameMember = try RawStatement(context.connection, "UPDATE member SET member_id = ? WHERE key = ?")
        deleteMember = try RawStatement(context.connection, "DELETE FROM member WHERE key = ?")
    }

    /// Gives the waiting member its id; the rows stay where they are, but say another owner from now on.
    func name(_ key: UInt32, _ memberID: Bytes) throws {
        try forEachHash(of: key) { context.remove($1, from: $0) }
        nameMember.bind(1, memberID)
        nameMember.bind(2, Int64(key))
        try nameMember.run()
        context.hasher.forgetOwner()
        try forEachHash(of: key) { context.add($1, to: $0) }
    }

    /// Moves the rows to a member who has the id already; `point` turns the identity to that member in between.
    func move(from old: UInt32, to new: UInt32, point: () throws -> Void) throws {
        try forEachHash(of: old) { context.remove($1, from: $0) }
        try point()
        for table in tables {
            try table.forEach(of: old) { place, id, columns in
                let target = TimedPlace(member: new, at: place.at)
                try table.insert(target, id, columns)
                try table.moveSlot(of: id, from: place, to: target)
                context.add(try context.hasher.timed(table.kind, target, id, columns), to: table.kind)
            }
            try table.deleteAll(of: old)
            try table.finish()
        }
        for consent in try consents.consents(of: old) { try consents.write(consent, of: new, replacing: nil) }
        try consents.delete(of: old)
        deleteMember.bind(1, Int64(old))
        try deleteMember.run()
    }

    func forEachHash(of key: UInt32, _ body: (ImportKind, RowHash) -> Void) throws {
        for table in tables {
            try table.forEach(of: key) { place, id, columns in
                body(table.kind, try context.hasher.timed(table.kind, place, id, columns))
            }
        }
        for consent in try consents.consents(of: key) { body(.consents, try consents.hash(consent, key)) }
    }
}
