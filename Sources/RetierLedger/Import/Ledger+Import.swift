import FoundationEssentials
import GRDB
import RetierCore

extension Ledger {
    /// Imports one file in one transaction: all of it counts, or nothing does.
    ///
    /// Importing a file twice changes nothing; a row with a known id replaces what the ledger holds. Rows that cannot
    /// be read exactly go to `<path>.rejected.csv`.
    ///
    /// - Throws: `RetierError` with the place where a file is unusable, where too large a share of its rows is rejected
    ///   (the rejects file is still written), or where the ledger cannot be written. The ledger is then unchanged.
    package func importFile(
        _ kind: ImportKind, at path: String, options: ImportOptions, progress: (ImportProgress) -> Void = { _ in }
    ) throws -> ImportReport {
        try importFile(kind, at: path, options: options, tuning: ImportTuning(), progress: progress)
    }

    func importFile(
        _ kind: ImportKind, at path: String, options: ImportOptions, tuning: ImportTuning,
        progress: (ImportProgress) -> Void = { _ in }
    ) throws -> ImportReport {
        let file = try ImportFile(path: path)
        var reader = try CSVReader(file)
        let header = try reader.header(path: path)
        let layout = try ColumnLayout(kind: kind, header: header, mapping: options.mapping, path: path)
        let rejects = RejectsFile(importPath: path, header: reader.raw)
        func report(_ phase: ImportProgress.Phase, _ rows: Int) {
            progress(ImportProgress(phase: phase, rows: rows, bytesRead: file.bytesRead, bytesTotal: file.byteCount))
        }
        do {
            return try pool.write { database in
                let context = try ImportContext(
                    database, layout: layout, options: options, tuning: tuning,
                    directory: URL(filePath: self.path).deletingLastPathComponent().path(percentEncoded: false))
                let rows = try Ledger.rowImport(kind, context)
                var counts = try Ledger.read(&reader, into: rows, layout, rejects, report)
                try Ledger.check(counts, options, path: path, rejects)
                try rows.finish(report)
                counts.new = rows.counts.new
                counts.updated = rows.counts.updated
                counts.unchanged = rows.counts.unchanged
                return try Ledger.close(kind, path, counts, rows.notes, options, context, rejects, database)
            }
        } catch let error as DatabaseError {
            throw Ledger.translated(error)
        }
    }

    private static func rowImport(_ kind: ImportKind, _ context: ImportContext) throws -> any RowImport {
        switch kind {
        case .members: try MemberImport(context)
        case .orders, .events, .acks: try TimedImport(kind, context)
        case .identities: try IdentityImport(context)
        case .consents: try ConsentImport(context)
        case .suppressions: try SuppressionImport(context)
        }
    }

    /// Reads the file to its end; returns how many rows it has and how many are rejected.
    private static func read(
        _ reader: inout CSVReader, into rows: any RowImport, _ layout: ColumnLayout, _ rejects: RejectsFile,
        _ report: (ImportProgress.Phase, Int) -> Void
    ) throws -> ImportCounts {
        var counts = ImportCounts()
        while true {
            var problem: RowProblem?
            switch try reader.next() {
            case .end: return counts
            case .malformed(let found): problem = found
            case .fields:
                if reader.fieldCount == layout.fieldCount {
                    do { try rows.add(reader) } catch let found as RowProblem { problem = found }
                } else {
                    problem = RowProblem(.columnCount)
                }
            }
            counts.read += 1
            if let problem {
                counts.rejected += 1
                try rejects.add(line: reader.line, problem: problem, row: reader.raw)
            }
            if counts.read & 0xffff == 0 { report(.reading, counts.read) }
        }
    }

    /// Fails the file where too many of its rows are rejected.
    private static func check(
        _ counts: ImportCounts, _ options: ImportOptions, path: String, _ rejects: RejectsFile
    ) throws {
        guard counts.rejected * 10_000 > counts.read * options.maxRejectedShare else { return }
        let rejectsPath = try rejects.finish() ?? ""
        throw RetierError(
            .badData,
            "\(path): \(counts.rejected) of \(counts.read) rows are rejected, more than the "
                + "\(Money(minorUnits: Int64(options.maxRejectedShare)).text()) % that are allowed; nothing was loaded",
            hint: "see \(rejectsPath) for line numbers and reasons; correct the file or raise the limit")
    }

    private static func close(
        _ kind: ImportKind, _ path: String, _ counts: ImportCounts, _ notes: [String], _ options: ImportOptions,
        _ context: ImportContext, _ rejects: RejectsFile, _ database: Database
    ) throws -> ImportReport {
        let name = URL(filePath: path).lastPathComponent
        try context.storeDigests()
        try database.execute(
            sql: """
                INSERT INTO import_file (kind, name, at, read, new, updated, unchanged, rejected)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                kind.rawValue, name, options.now.seconds, counts.read, counts.new, counts.updated, counts.unchanged,
                counts.rejected,
            ])
        let waiting = try Int.fetchOne(database, sql: "SELECT count(*) FROM member WHERE joined_at IS NULL") ?? 0
        var notes = notes
        if waiting > 0 {
            notes.append("\(waiting) members are known only from other rows and wait for their line in a members file")
        }
        return ImportReport(
            kind: kind, name: name, counts: counts, rejectsPath: try rejects.finish(), waitingMembers: waiting,
            notes: notes)
    }

    private static func translated(_ error: DatabaseError) -> RetierError {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            RetierError(.tryLater, "the ledger is locked by another process", hint: "try again later")
        case .SQLITE_FULL:
            RetierError(
                .tryLater, "the disk is full; the ledger is as it was before", hint: "free space and import again")
        default:
            RetierError(
                .tryLater, "the ledger cannot be read or written: \(error.message ?? "unknown error")",
                hint: "check the disk and import again")
        }
    }
}

extension ImportKind {
    static func allDigests(_ database: Database) throws -> [ImportKind: DataDigest] {
        var digests: [ImportKind: DataDigest] = [:]
        for kind in ImportKind.allCases where kind.kept == kind { digests[kind] = try DataDigest.load(kind, database) }
        return digests
    }
}

extension CSVReader {
    /// Reads the first record as the names of the columns.
    ///
    /// - Throws: `RetierError` where the file is empty or its first record is no header.
    mutating func header(path: String) throws -> [String] {
        switch try next() {
        case .end:
            throw RetierError(
                .badData, "\(path):1: the file is empty, it lacks even the header", hint: "export it again")
        case .malformed(let problem):
            let hint = "save the file as UTF-8 text, not as UTF-16 or a spreadsheet"
            throw RetierError(.badData, "\(path):\(line): the header cannot be read: \(problem.reason)", hint: hint)
        case .fields:
            if raw.contains(0x0D) {
                throw RetierError(
                    .badData, "\(path):\(line): lines end in CR alone", hint: "save the file with LF or CRLF line ends")
            }
            return (0..<fieldCount).map { String(decoding: self[$0], as: UTF8.self) }
        }
    }
}
