import RetierCore

/// Imports orders or events, as many as there are, in bounded memory.
///
/// Rows are sorted twice outside SQLite. In the order of their ids' hashes they meet the key table, which tells new
/// rows from known ones and settles ids that occur several times in the file. In the order of member and time they
/// meet the clustered table. Both tables are so read and written front to back, never at random.
final class TimedImport: RowImport {
    @exclusivity(unchecked) private(set) var counts = ImportCounts()
    let notes: [String] = []

    private let context: ImportContext
    private let table: TimedTable
    @exclusivity(unchecked) private var packer: TimedPacker
    private let byID: ExternalSorter
    private let byPlace: ExternalSorter
    @exclusivity(unchecked) private var record = ByteBuffer()
    /// Rows of one id, first to last as in the file.
    @exclusivity(unchecked) private var group = TimedGroup()
    @exclusivity(unchecked) private var oldColumns = ByteBuffer()
    @exclusivity(unchecked) private var digest: DataDigest
    /// Where the key table was empty at first: the highest slot used since, above which all are free.
    @exclusivity(unchecked) private var highestSlot: Int64?
    private let startedEmpty: Bool

    init(_ kind: ImportKind, _ context: ImportContext) throws {
        self.context = context
        table = try TimedTable(kind, context.connection, idHash: context.tuning.idHash)
        packer = TimedPacker(table, context)
        byID = ExternalSorter(directory: context.directory, runBytes: context.tuning.runBytes)
        byPlace = ExternalSorter(directory: context.directory, runBytes: context.tuning.runBytes)
        digest = context.digests[table.kind] ?? DataDigest()
        startedEmpty = digest.count == 0
    }

    // MARK: Reading

    func add(_ row: borrowing CSVReader) throws {
        let slot = try packer.pack(row, context)
        try byID.add(key: TimedImport.sortKey(ofSlot: slot), payload: packer.bytes)
    }

    /// Signed slots in the order of unsigned keys.
    private static func sortKey(ofSlot slot: Int64) -> UInt64 { UInt64(bitPattern: slot) ^ (1 << 63) }

    // MARK: Comparing ids

    func finish(_ progress: (ImportProgress.Phase, _ rows: Int) -> Void) throws {
        var rows = 0
        try byID.drain { key, payload in
            rows += 1
            if rows & 0xffff == 0 { progress(.comparing, rows) }
            let row = TimedGroup.Row(payload)
            if group.holds(key, row) {
                if group.append(row) { counts.updated += 1 } else { counts.unchanged += 1 }
            } else {
                try settleGroup()
                group.start(key, row)
            }
        }
        try settleGroup()
        try table.flush()
        rows = 0
        try byPlace.drain { key, payload in
            rows += 1
            if rows & 0xffff == 0 { progress(.writing, rows) }
            try write(TimedPlace(key: key), payload)
        }
        try table.finish()
        context.digests[table.kind] = digest
    }

    private func settleGroup() throws {
        guard !group.isEmpty else { return }
        let slot = Int64(bitPattern: group.key ^ (1 << 63))
        if startedEmpty, highestSlot.map({ slot > $0 }) ?? true { return try takeNew(atSlot: slot) }
        guard let place = try table.place(atSlot: slot) else { return try takeNew(atSlot: slot) }
        if group.isSingle, place == group.last.place {
            // Most likely the row that the ledger holds; its columns are compared when its place comes by.
            return try hand(over: .compare)
        }
        let found = try table.find(group.id, into: &oldColumns)
        guard let oldPlace = found.place else { return try takeNew(atSlot: found.slot) }
        let isSame = oldPlace == group.first.place && oldColumns.bytes.isEqual(to: group.first.columns)
        if isSame { counts.unchanged += 1 } else { counts.updated += 1 }
        if oldPlace == group.last.place, oldColumns.bytes.isEqual(to: group.last.columns) { return }
        digest.remove(try hash(oldPlace, group.id, oldColumns.bytes))
        try table.delete(oldPlace, group.id)
        try table.updateSlot(found.slot, group.last.place)
        try hand(over: .insert)
    }

    private func takeNew(atSlot slot: Int64) throws {
        counts.new += 1
        try table.insertSlot(slot, group.last.place)
        highestSlot = max(slot, highestSlot ?? slot)
        try hand(over: .insert)
    }

    private enum Step: UInt8 { case insert, compare }

    private func hand(over step: Step) throws {
        record.removeAll()
        record.append(group.id)
        record.append(0)
        record.append(step.rawValue)
        record.append(group.last.columns)
        try byPlace.add(key: group.last.place.key, payload: record.bytes)
    }

    // MARK: Writing rows

    private func write(_ place: TimedPlace, _ payload: Bytes) throws {
        var cursor = ByteCursor(payload)
        let id = cursor.zeroTerminated()
        let step = cursor.byte()
        let columns = cursor.rest
        if step == Step.compare.rawValue {
            if try table.read(place, id, into: &oldColumns) {
                if oldColumns.bytes.isEqual(to: columns) {
                    counts.unchanged += 1
                    return
                }
                counts.updated += 1
                digest.remove(try hash(place, id, oldColumns.bytes))
                digest.add(try hash(place, id, columns))
                return try table.replace(place, id, columns)
            }
            try settleCollision(place, id)
        }
        digest.add(try hash(place, id, columns))
        try table.insert(place, id, columns)
    }

    /// Another id with the same hash lay at the same place; this one is found, or gets a slot, further up.
    private func settleCollision(_ place: TimedPlace, _ id: Bytes) throws {
        let found = try table.find(id, into: &oldColumns)
        if let oldPlace = found.place {
            counts.updated += 1
            digest.remove(try hash(oldPlace, id, oldColumns.bytes))
            try table.delete(oldPlace, id)
            try table.updateSlot(found.slot, place)
        } else {
            counts.new += 1
            try table.insertSlot(found.slot, place)
        }
    }

    private func hash(_ place: TimedPlace, _ id: Bytes, _ columns: Bytes) throws -> RowHash {
        try context.hasher.timed(table.kind, place, id, columns)
    }
}

/// The rows of one file that share an id, of which the first and the last matter.
struct TimedGroup: ~Copyable {
    /// A row as it is sorted by id: id, zero byte, number in the file, member, time, columns.
    struct Row {
        let id: Bytes
        /// Member, time and columns.
        let content: Bytes

        init(_ payload: Bytes) {
            var cursor = ByteCursor(payload)
            id = cursor.zeroTerminated()
            _ = cursor.bytes(4)
            content = cursor.rest
        }
    }

    private(set) var key: UInt64 = 0
    private(set) var isEmpty = true
    private(set) var isSingle = true
    private var idText = ByteBuffer()
    private var firstContent = ByteBuffer()
    private var lastContent = ByteBuffer()

    var id: Bytes { idText.bytes }
    var first: (place: TimedPlace, columns: Bytes) { TimedGroup.parts(firstContent.bytes) }
    var last: (place: TimedPlace, columns: Bytes) {
        TimedGroup.parts(isSingle ? firstContent.bytes : lastContent.bytes)
    }

    func holds(_ key: UInt64, _ row: Row) -> Bool { !isEmpty && key == self.key && row.id.isEqual(to: idText.bytes) }

    mutating func start(_ key: UInt64, _ row: Row) {
        self.key = key
        isEmpty = false
        isSingle = true
        idText.removeAll()
        idText.append(row.id)
        firstContent.removeAll()
        firstContent.append(row.content)
    }

    /// Appends a later row of the same id; returns whether it says something else than the row before.
    mutating func append(_ row: Row) -> Bool {
        let differs = !row.content.isEqual(to: isSingle ? firstContent.bytes : lastContent.bytes)
        lastContent.removeAll()
        lastContent.append(row.content)
        isSingle = false
        return differs
    }

    private static func parts(_ content: Bytes) -> (place: TimedPlace, columns: Bytes) {
        var cursor = ByteCursor(content)
        let member = cursor.bigEndian()
        let at = cursor.bigEndian()
        return (TimedPlace(member: member, at: at), cursor.rest)
    }
}
