import Foundation
import Logging

/// Log lines on standard error: as they are for a person, with their priority in front for the journal.
///
/// systemd connects standard error to the journal and says so in `JOURNAL_STREAM` (device and inode). The journal adds
/// time, unit and process itself, and files a line under the priority that a `<3>` in front of it names
/// (`journalctl -p err`).
struct StandardErrorLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    private static let writesToJournal: Bool = {
        guard let stream = ProcessInfo.processInfo.environment["JOURNAL_STREAM"] else { return false }
        var facts = stat()
        guard fstat(STDERR_FILENO, &facts) == 0 else { return false }
        return stream == "\(facts.st_dev):\(facts.st_ino)"
    }()

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let prefix = StandardErrorLog.writesToJournal ? "<\(StandardErrorLog.priority(of: event.level))>" : ""
        // The journal has no use for empty lines; on a terminal they are the layout of a table.
        let lines = event.message.description.split(separator: "\n", omittingEmptySubsequences: !prefix.isEmpty)
        let text = lines.map { prefix + $0 + "\n" }.joined()
        FileHandle.standardError.write(Data(text.utf8))
    }

    /// The syslog priority (RFC 5424) of a level.
    private static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }
}
