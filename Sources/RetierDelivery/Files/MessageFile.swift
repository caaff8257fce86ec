import Foundation
import RetierCore

/// One message as one file, written so that a crash at any point leaves the whole file or none.
enum MessageFile {
    /// A system call that failed.
    private struct SystemError: Error {
        var call: String
        var number: Int32

        init(_ call: String) {
            self.call = call
            number = errno
        }
    }

    /// Writes a temporary file, makes it durable, renames it, and makes the folder durable.
    ///
    /// A file that is there already with the same bytes counts as delivered: an earlier attempt wrote it. Other bytes
    /// under the same name are never overwritten.
    static func write(_ message: OutgoingMessage, below root: String) -> DeliveryOutcome {
        guard isName(message.run), isName(message.id) else {
            return DeliveryOutcome(.rejected, code: "bad-message-id", leftUs: false)
        }
        let folder = root + "/" + message.run
        let path = folder + "/" + message.position.padded(to: 6) + "-" + message.id + ".json"
        do {
            if let present = FileManager.default.contents(atPath: path) {
                guard present == message.body else {
                    return DeliveryOutcome(
                        .rejected, code: "file-differs", leftUs: false, note: "another content is there under this name"
                    )
                }
                try synchronise(folder: folder)
                return DeliveryOutcome(.delivered, code: "already-written", leftUs: true)
            }
            try makeFolders(folder)
            let temporary = folder + "/." + message.id + ".part"
            try writeDurably(message.body, to: temporary)
            guard rename(temporary, path) == 0 else { throw SystemError("rename") }
            try synchronise(folder: folder)
            return DeliveryOutcome(.delivered, code: "written", leftUs: true)
        } catch let error as SystemError {
            return DeliveryOutcome(
                .retry, code: "file-\(error.call)", leftUs: false, note: String(cString: strerror(error.number)))
        } catch {
            return DeliveryOutcome(.retry, code: "file", leftUs: false)
        }
    }

    /// One path component that cannot climb: no slash, no leading dot.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 200 && !text.hasPrefix(".")
            && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x2F && $0 != 0x7F }
    }

    /// Makes a folder and those above it; each new one is made durable in its parent.
    private static func makeFolders(_ path: String) throws {
        if mkdir(path, 0o755) == 0 { return try synchronise(folder: parent(of: path)) }
        switch errno {
        case EEXIST: return
        case ENOENT:
            try makeFolders(parent(of: path))
            if mkdir(path, 0o755) != 0, errno != EEXIST { throw SystemError("mkdir") }
            try synchronise(folder: parent(of: path))
        default: throw SystemError("mkdir")
        }
    }

    private static func parent(of path: String) -> String {
        let parent = (path as NSString).deletingLastPathComponent
        return parent.isEmpty ? "." : parent
    }

    private static func writeDurably(_ body: Data, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard file >= 0 else { throw SystemError("open") }
        defer { close(file) }
        var rest = body[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError("write") }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0 else { throw SystemError("fsync") }
    }

    private static func synchronise(folder: String) throws {
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError("open") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw SystemError("fsync") }
    }
}
