import RetierCore

/// Imports consents: what a member has granted or withdrawn, when, for which channel and purpose.
final class ConsentImport: RowImport {
    private(set) var counts = ImportCounts()
    let notes: [String] = []

    private let context: ImportContext
    private let owner: OwnerFields
    private let channelField: Int
    private let purposeField: Int
    private let grantedField: Int
    private let timeField: Int
    private let proofField: Int?
    private let table: ConsentRows

    init(_ context: ImportContext) throws {
        self.context = context
        owner = OwnerFields(context.layout)
        channelField = context.layout.required("channel")
        purposeField = context.layout.required("purpose")
        grantedField = context.layout.required("granted")
        timeField = context.layout.required("at")
        proofField = context.layout.field("proof")
        table = try ConsentRows(context)
    }

    func add(_ row: borrowing CSVReader) throws {
        let channel = try context.fields.label(row[channelField], "channel")
        let purpose = try context.fields.label(row[purposeField], "purpose")
        let isGranted = try context.fields.flag(row[grantedField], "granted")
        let at = try context.fields.time(row[timeField], "at")
        let proof = try proofField.map { try context.fields.text(row[$0], "proof") }
        let consent = Consent(
            channel: Array(channel), purpose: Array(purpose), at: at, name: owner.name(row), isGranted: isGranted,
            proof: proof.flatMap { $0.isEmpty ? nil : Array($0) })
        let member = try owner.key(row, context)
        let old = try table.consent(like: consent, of: member)
        if old == consent {
            counts.unchanged += 1
            return
        }
        if old == nil { counts.new += 1 } else { counts.updated += 1 }
        try table.write(consent, of: member, replacing: old)
    }

    func finish(_ progress: (ImportProgress.Phase, _ rows: Int) -> Void) throws {}
}

/// One row of the consent table without its member.
struct Consent: Hashable {
    var channel: [UInt8]
    var purpose: [UInt8]
    var at: Int64
    /// The identity that it came with, see `OwnerFields.name`.
    var name: [UInt8]
    var isGranted: Bool
    var proof: [UInt8]?
}

/// The consent table and its digest.
final class ConsentRows {
    private let context: ImportContext
    private let select: RawStatement
    private let selectOfMember: RawStatement
    private let replace: RawStatement
    private let deleteOne: RawStatement
    private let noteMember: RawStatement
    private let deleteOfMember: RawStatement

    init(_ context: ImportContext) throws {
        self.context = context
        select = try RawStatement(
            context.connection,
            """
            SELECT granted, proof FROM consent
            WHERE member = ? AND channel = ? AND purpose = ? AND at = ? AND came_as = ?
            """)
        selectOfMember = try RawStatement(
            context.connection, "SELECT granted, proof, channel, purpose, at, came_as FROM consent WHERE member = ?")
        replace = try RawStatement(
            context.connection,
            """
            INSERT OR REPLACE INTO consent (member, channel, purpose, at, came_as, granted, proof)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """)
        deleteOne = try RawStatement(
            context.connection,
            "DELETE FROM consent WHERE member = ? AND channel = ? AND purpose = ? AND at = ? AND came_as = ?")
        noteMember = try RawStatement(context.connection, "INSERT OR IGNORE INTO withdrawal VALUES (?)")
        deleteOfMember = try RawStatement(context.connection, "DELETE FROM consent WHERE member = ?")
    }

    /// What the ledger holds for the same member, channel, purpose, time and name.
    func consent(like other: Consent, of member: UInt32) throws -> Consent? {
        try other.withBytes { channel, purpose, name, _ in
            ConsentRows.bindKey(of: select, member, channel, purpose, other.at, name)
            defer { select.reset() }
            guard try select.step() else { return nil }
            var found = other
            found.isGranted = select.number(0) == 1
            found.proof = select.isNull(1) ? nil : Array(select.text(1))
            return found
        }
    }

    func consents(of member: UInt32) throws -> [Consent] {
        selectOfMember.bind(1, Int64(member))
        defer { selectOfMember.reset() }
        var found: [Consent] = []
        while try selectOfMember.step() {
            found.append(
                Consent(
                    channel: Array(selectOfMember.text(2)), purpose: Array(selectOfMember.text(3)),
                    at: selectOfMember.number(4), name: Array(selectOfMember.text(5)),
                    isGranted: selectOfMember.number(0) == 1,
                    proof: selectOfMember.isNull(1) ? nil : Array(selectOfMember.text(1))))
        }
        return found
    }

    func write(_ consent: Consent, of member: UInt32, replacing old: Consent?) throws {
        if let old { context.remove(try hash(old, member), from: .consents) }
        context.add(try hash(consent, member), to: .consents)
        try consent.withBytes { channel, purpose, name, proof in
            ConsentRows.bindKey(of: replace, member, channel, purpose, consent.at, name)
            replace.bind(6, consent.isGranted ? 1 : 0)
            if consent.proof == nil { replace.bindNull(7) } else { replace.bind(7, proof) }
            try replace.run()
        }
    }

    /// Binds the five columns that tell consents apart.
    private static func bindKey(
        of statement: RawStatement, _ member: UInt32, _ channel: Bytes, _ purpose: Bytes, _ at: Int64, _ name: Bytes
    ) {
        statement.bind(1, Int64(member))
        statement.bind(2, channel)
        statement.bind(3, purpose)
        statement.bind(4, at)
        statement.bind(5, name)
    }

    func remove(_ consent: Consent, of member: UInt32) throws {
        context.remove(try hash(consent, member), from: .consents)
        try consent.withBytes { channel, purpose, name, _ in
            ConsentRows.bindKey(of: deleteOne, member, channel, purpose, consent.at, name)
            try deleteOne.run()
        }
    }

    /// Has the messages that wait looked through for a member, as after a withdrawal.
    func noteWithdrawal(of member: UInt32) throws {
        noteMember.bind(1, Int64(member))
        try noteMember.run()
    }

    func delete(of member: UInt32) throws {
        deleteOfMember.bind(1, Int64(member))
        try deleteOfMember.run()
    }

    func hash(_ consent: Consent, _ member: UInt32) throws -> RowHash {
        try consent.withBytes { channel, purpose, name, proof in
            try context.hasher.row(
                .consents, owner: member,
                [
                    .text(channel), .text(purpose), .number(consent.at), .text(name),
                    .number(consent.isGranted ? 1 : 0), consent.proof == nil ? .null : .text(proof),
                ])
        }
    }
}

extension Consent {
    /// Calls `body` with the bytes of channel, purpose, name and proof.
    fileprivate func withBytes<Result>(_ body: (Bytes, Bytes, Bytes, Bytes) throws -> Result) rethrows -> Result {
        try channel.withUnsafeBufferPointer { channel in
            try purpose.withUnsafeBufferPointer { purpose in
                try name.withUnsafeBufferPointer { name in
                    try (proof ?? []).withUnsafeBufferPointer { try body(channel, purpose, name, $0) }
                }
            }
        }
    }
}
