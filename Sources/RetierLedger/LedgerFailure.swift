import GRDB
package import RetierCore

/// SQLite's errors as words for the operator.
///
/// Arguments of statements, which may hold member data, are never shown.
package enum LedgerFailure {
    /// The operator's error for an SQLite error, or nil where the error is something else.
    package static func translate(_ error: any Error) -> RetierError? {
        guard let error = error as? DatabaseError else { return nil }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return RetierError(
                .tryLater, "the ledger is in use by another process that is writing",
                hint: "wait for it to end (an import of many orders takes a minute) and run the command again")
        case .SQLITE_FULL:
            return RetierError(
                .tryLater, "the disk is full; the ledger was left as it was before this command",
                hint: "free some space beside the ledger and run the command again")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return RetierError(
                .badData, "the ledger is damaged or is not a retier ledger: \(error.message ?? "")",
                hint: "restore var/retier.db from the last backup; see Operations in the documentation")
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            return RetierError(
                .badConfiguration, "the ledger cannot be opened for writing: \(error.message ?? "")",
                hint: "check who owns the folder var/ and the files retier.db*, and run retier as that user")
        case .SQLITE_IOERR:
            return RetierError(
                .tryLater, "reading or writing the ledger failed: \(error.message ?? "")",
                hint: "check the disk, then run the command again; nothing was half-written")
        default:
            return RetierError(
                .badData,
                "the ledger refused: \(error.message ?? "unknown") (SQLite \(error.extendedResultCode.rawValue))",
                hint:
                    "this is a defect in retier or a ledger changed by hand; keep a copy of var/retier.db and report it"
            )
        }
    }
}
