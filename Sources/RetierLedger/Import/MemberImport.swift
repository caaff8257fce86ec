import RetierCore

/// Imports members: who they are, since when, and what else their file says.
final class MemberImport: RowImport {
    private(set) var counts = ImportCounts()
    let notes: [String] = []

    private let context: ImportContext
    private let idField: Int
    private let joinedField: Int
    private let birthdayField: Int?
    /// Names of attributes as JSON texts, with their fields.
    private let attributes: [(name: String, quoted: [UInt8], field: Int)]
    private var json = ByteBuffer()
    private let select: RawStatement
    private let update: RawStatement

    init(_ context: ImportContext) throws {
        self.context = context
        idField = context.layout.required("member_id")
        joinedField = context.layout.required("joined_at")
        birthdayField = context.layout.field("birthday")
        attributes = context.layout.extras.map { extra in
            var quoted = ByteBuffer()
            Array(extra.name.utf8).withUnsafeBufferPointer { quoted.append(jsonText: $0) }
            return (extra.name, Array(quoted.bytes), extra.field)
        }
        select = try RawStatement(
            context.connection, "SELECT joined_at, birthday, attributes FROM member WHERE key = ?")
        update = try RawStatement(
            context.connection, "UPDATE member SET joined_at = ?, birthday = ?, attributes = ? WHERE key = ?")
    }

    func add(_ row: borrowing CSVReader) throws {
        let id = try context.fields.label(row[idField], "member_id")
        let joined = try context.fields.time(row[joinedField], "joined_at")
        let birthday = try birthdayField.flatMap { try context.fields.birthday(row[$0], "birthday") }
        let hasAttributes = try packAttributes(row)
        let key = try context.members.key(ofMember: id)
        let new = try hash(id, joined, birthday, hasAttributes ? json.bytes : nil)
        select.bind(1, Int64(key))
        _ = try select.step()
        if select.isNull(0) {
            counts.new += 1
        } else {
            let old = try hash(
                id, select.number(0), select.isNull(1) ? nil : select.number(1), select.isNull(2) ? nil : select.text(2)
            )
            if old == new {
                select.reset()
                counts.unchanged += 1
                return
            }
            counts.updated += 1
            context.remove(old, from: .members)
        }
        select.reset()
        context.add(new, to: .members)
        update.bind(1, joined)
        if let birthday { update.bind(2, birthday) } else { update.bindNull(2) }
        if hasAttributes { update.bind(3, json.bytes) } else { update.bindNull(3) }
        update.bind(4, Int64(key))
        try update.run()
    }

    func finish(_ progress: (ImportProgress.Phase, _ rows: Int) -> Void) throws {}

    private func hash(_ id: Bytes, _ joined: Int64, _ birthday: Int64?, _ attributes: Bytes?) throws -> RowHash {
        try context.hasher.row(
            .members,
            [
                .text(id), .number(joined), birthday.map { .number($0) } ?? .null,
                attributes.map { .text($0) } ?? .null,
            ])
    }

    /// Writes the row's attributes that are not empty as one JSON object; false where there are none.
    private func packAttributes(_ row: borrowing CSVReader) throws -> Bool {
        json.removeAll()
        for attribute in attributes {
            let value = row[attribute.field]
            if value.isEmpty { continue }
            json.append(json.count == 0 ? 0x7B : 0x2C)
            attribute.quoted.withUnsafeBufferPointer { json.append($0) }
            json.append(0x3A)
            guard value.count <= FieldReader.longestText else { throw RowProblem(.tooLong, column: attribute.name) }
            json.append(jsonText: value)
        }
        guard json.count > 0 else { return false }
        json.append(0x7D)
        return true
    }
}

extension ByteBuffer {
    /// A JSON string of UTF-8 text (RFC 8259, section 7).
    mutating func append(jsonText text: Bytes) {
        append(0x22)
        for byte in text {
            switch byte {
            case 0x22, 0x5C:
                append(0x5C)
                append(byte)
            case 0x0A:
                append("\\n")
            case 0..<0x20:
                append("\\u00")
                append(byte < 0x10 ? 0x30 : 0x31)
                append(Array("0123456789abcdef".utf8)[Int(byte & 0x0f)])
            default:
                append(byte)
            }
        }
        append(0x22)
    }
}
