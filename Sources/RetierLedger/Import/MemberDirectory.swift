import GRDB
import GRDBSQLite
import RetierCore

/// Finds the ledger's key of a member by member id or by identity, and makes a waiting member of one that is unknown.
///
/// Few look-ups go to the ledger one by one; after many, all ids are loaded at once.
final class MemberDirectory {
    private let lookupsBeforeLoading: Int
    private let connection: SQLiteConnection
    @exclusivity(unchecked) private var members = KeyIndex()
    @exclusivity(unchecked) private var identities = KeyIndex()
    private var lookups = 0
    @exclusivity(unchecked) private var isLoaded = false
    private var nextKey: Int64
    private var identityText = ByteBuffer()
    private let selectMember: RawStatement
    private let selectIdentity: RawStatement
    private let insertMember: RawStatement
    private let insertIdentity: RawStatement

    init(_ connection: SQLiteConnection, lookupsBeforeLoading: Int) throws {
        self.connection = connection
        self.lookupsBeforeLoading = lookupsBeforeLoading
        selectMember = try RawStatement(connection, "SELECT key FROM member WHERE member_id = ?")
        selectIdentity = try RawStatement(
            connection, "SELECT member FROM identity WHERE source = ? AND external_id = ?")
        insertMember = try RawStatement(connection, "INSERT INTO member (key, member_id) VALUES (?, ?)")
        insertIdentity = try RawStatement(
            connection, "INSERT INTO identity (source, external_id, member) VALUES (?, ?, ?)")
        let largest = try RawStatement(connection, "SELECT ifnull(max(key), 0) FROM member")
        _ = try largest.step()
        nextKey = largest.number(0) + 1
        largest.reset()
    }

    /// The key of a member by id; an unknown one becomes a waiting member.
    func key(ofMember id: Bytes) throws -> UInt32 {
        if let key = try existingKey(ofMember: id) { return key }
        let key = try makeMember(id)
        members.insert(id, key: key)
        return key
    }

    /// The key of a member by id, or nil where the ledger does not know it.
    func existingKey(ofMember id: Bytes) throws -> UInt32? {
        if let key = members.key(of: id) { return key }
        guard try !isLoaded && shouldSearch() else { return members.key(of: id) }
        selectMember.bind(1, id)
        defer { selectMember.reset() }
        guard try selectMember.step() else { return nil }
        let key = UInt32(selectMember.number(0))
        members.insert(id, key: key)
        return key
    }

    /// Remembers that a member known by its identity only has got its id.
    func learn(_ id: Bytes, key: UInt32) { members.insert(id, key: key) }

    /// The key of the member behind an identity.
    func key(ofSource source: Bytes, externalID: Bytes) throws -> UInt32 {
        identityText.removeAll()
        identityText.append(source)
        identityText.append(0)
        identityText.append(externalID)
        if let key = identities.key(of: identityText.bytes) { return key }
        if try !isLoaded && shouldSearch() {
            selectIdentity.bind(1, source)
            selectIdentity.bind(2, externalID)
            defer { selectIdentity.reset() }
            if try selectIdentity.step() {
                let key = UInt32(selectIdentity.number(0))
                identities.insert(identityText.bytes, key: key)
                return key
            }
        } else if let key = identities.key(of: identityText.bytes) {
            return key
        }
        let key = try makeMember(nil)
        insertIdentity.bind(1, source)
        insertIdentity.bind(2, externalID)
        insertIdentity.bind(3, Int64(key))
        try insertIdentity.run()
        identities.insert(identityText.bytes, key: key)
        return key
    }

    private func makeMember(_ id: Bytes?) throws -> UInt32 {
        guard let key = UInt32(exactly: nextKey) else {
            throw RetierError(.badData, "the ledger holds more members than it can number", hint: "split the brand")
        }
        nextKey += 1
        insertMember.bind(1, Int64(key))
        if let id { insertMember.bind(2, id) } else { insertMember.bindNull(2) }
        try insertMember.run()
        return key
    }

    /// Whether to look in the ledger for this one id; loads all ids once that has happened often.
    private func shouldSearch() throws -> Bool {
        lookups += 1
        guard lookups > lookupsBeforeLoading else { return true }
        isLoaded = true
        let all = try RawStatement(connection, "SELECT member_id, key FROM member WHERE member_id IS NOT NULL")
        while try all.step() {
            let id = all.text(0)
            if members.key(of: id) == nil { members.insert(id, key: UInt32(all.number(1))) }
        }
        let known = try RawStatement(connection, "SELECT source, external_id, member FROM identity")
        var text = ByteBuffer()
        while try known.step() {
            text.removeAll()
            text.append(known.text(0))
            text.append(0)
            text.append(known.text(1))
            if identities.key(of: text.bytes) == nil { identities.insert(text.bytes, key: UInt32(known.number(2))) }
        }
        return false
    }
}
