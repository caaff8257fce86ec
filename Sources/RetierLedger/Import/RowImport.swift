import GRDB
import GRDBSQLite
import RetierCore

/// Takes the rows of one file, one at a time, inside one transaction.
protocol RowImport: AnyObject {
    /// Takes one row.
    ///
    /// - Throws: `RowProblem` where the row is to be rejected; anything else ends the import.
    func add(_ row: borrowing CSVReader) throws

    /// Brings everything taken into the ledger's tables.
    func finish(_ progress: (ImportProgress.Phase, _ rows: Int) -> Void) throws

    /// New, updated and unchanged rows; complete after `finish`.
    var counts: ImportCounts { get }
    var notes: [String] { get }
}

/// What the imports of all kinds work with.
final class ImportContext {
    let database: Database
    let connection: OpaquePointer
    let options: ImportOptions
    let layout: ColumnLayout
    let tuning: ImportTuning
    /// Where temporary files go.
    let directory: String
    let members: MemberDirectory
    let symbols: SymbolTable
    let hasher: RowHasher
    var fields: FieldReader
    var digests: [ImportKind: DataDigest]

    init(
        _ database: Database, layout: ColumnLayout, options: ImportOptions, tuning: ImportTuning, directory: String
    ) throws {
        guard let connection = database.sqliteConnection else {
            throw RetierError(.tryLater, "the ledger is closed", hint: "open it again")
        }
        self.database = database
        self.connection = connection
        self.options = options
        self.layout = layout
        self.tuning = tuning
        self.directory = directory
        digests = try ImportKind.allDigests(database)
        fields = FieldReader(options)
        members = try MemberDirectory(connection, lookupsBeforeLoading: tuning.lookupsBeforeLoading)
        symbols = try SymbolTable(connection, limit: tuning.symbolsInMemory)
        hasher = try RowHasher(connection, symbols)
    }

    /// Writes the digests that have changed.
    func storeDigests() throws {
        for (kind, digest) in digests { try digest.store(kind, database) }
    }

    func add(_ hash: RowHash, to kind: ImportKind) { digests[kind, default: DataDigest()].add(hash) }
    func remove(_ hash: RowHash, from kind: ImportKind) { digests[kind, default: DataDigest()].remove(hash) }
}

/// How the rows of a file name their member: by id where they have one, otherwise by identity.
struct OwnerFields {
    private let member: Int?
    private let source: Int?
    private let externalID: Int?

    init(_ layout: ColumnLayout) {
        member = layout.field("member_id")
        source = layout.field("source")
        externalID = layout.field("external_id")
    }

    /// The key of a row's member; a member not known yet becomes a waiting one.
    func key(_ row: borrowing CSVReader, _ context: ImportContext) throws -> UInt32 {
        if let member, !row[member].isEmpty {
            return try context.members.key(ofMember: context.fields.label(row[member], "member_id"))
        }
        guard let source, let externalID, !(row[source].isEmpty && row[externalID].isEmpty) else {
            throw RowProblem(.noOwner)
        }
        let sourceText = try context.fields.label(row[source], "source")
        let idText = try context.fields.label(row[externalID], "external_id")
        return try context.members.key(ofSource: sourceText, externalID: idText)
    }

    /// The identity that a row came with: source and external id with a unit separator in between, which neither may
    /// have; empty where the row names the member.
    func name(_ row: borrowing CSVReader) -> [UInt8] {
        if let member, !row[member].isEmpty { return [] }
        guard let source, let externalID else { return [] }
        return Array(row[source]) + [0x1F] + Array(row[externalID])
    }
}
