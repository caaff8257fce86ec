import Foundation
import RetierCore
import RetierDelivery
import Testing

@Suite final class FileCarrierTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "retier-files-\(UUID().uuidString)")

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func write(_ messages: [OutgoingMessage]) -> [String: DeliveryCompletion.Result] {
        let completions = Completions()
        let carrier = FileCarrier(
            folders: ["crm": folder.appending(path: "var/outgoing").path], completions: completions,
            clock: DeliveryBench.now)
        carrier.submit(messages)
        return withExtendedLifetime(carrier) { DeliveryBench.results(completions, count: messages.count) }
    }

    private var files: [String] {
        let root = folder.appending(path: "var/outgoing").path
        return (FileManager.default.subpaths(atPath: root) ?? []).filter { $0.contains("json") || $0.contains("part") }
    }

    @Test func aMessageIsOneFileWithItsBytes() throws {
        let results = write([DeliveryBench.message("msg_1", body: #"{"a":1}"#), DeliveryBench.message("msg_2")])
        #expect(results.values.allSatisfy { DeliveryBench.outcome(of: $0)?.code == "written" })
        #expect(files.sorted() == ["run-1/000001-msg_1.json", "run-1/000001-msg_2.json"])
        let path = folder.appending(path: "var/outgoing/run-1/000001-msg_1.json")
        #expect(try Data(contentsOf: path) == Data(#"{"a":1}"#.utf8))
    }

    @Test func theSameFileAgainIsDeliveredAndAnotherContentIsRefused() throws {
        _ = write([DeliveryBench.message("msg_1", body: "one")])
        let again = write([DeliveryBench.message("msg_1", body: "one")])
        #expect(DeliveryBench.outcome(of: again["msg_1"])?.code == "already-written")
        let other = try #require(
            DeliveryBench.outcome(of: write([DeliveryBench.message("msg_1", body: "two")])["msg_1"]))
        #expect(other.verdict == .rejected && other.code == "file-differs")
        let path = folder.appending(path: "var/outgoing/run-1/000001-msg_1.json")
        #expect(try Data(contentsOf: path) == Data("one".utf8))
    }

    @Test func whatACrashLeftHalfWrittenIsReplaced() throws {
        let run = folder.appending(path: "var/outgoing/run-1")
        try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
        try Data("half and longer".utf8).write(to: run.appending(path: ".msg_1.part"))
        let results = write([DeliveryBench.message("msg_1", body: "whole")])
        #expect(DeliveryBench.outcome(of: results["msg_1"])?.verdict == .delivered)
        #expect(files == ["run-1/000001-msg_1.json"])
        #expect(try Data(contentsOf: run.appending(path: "000001-msg_1.json")) == Data("whole".utf8))
    }

    /// Claimed before quiet hours began, and not begun: it waits for their end instead of being over.
    @Test func whatMayNotLeaveAnyMoreGoesBackOrIsTooLate() {
        let now = DeliveryBench.now()
        func message(_ id: String, notAfter: Int64, leaveBy: Int64) -> OutgoingMessage {
            OutgoingMessage(
                id: id, run: "run-1", endpoint: "crm", position: 1, notAfter: now.adding(seconds: notAfter),
                leaveBy: now.adding(seconds: leaveBy), body: Data("{}".utf8))
        }
        let results = write([
            message("open", notAfter: 600, leaveBy: 600), message("quiet", notAfter: 600, leaveBy: -1),
            message("late", notAfter: -1, leaveBy: -1),
        ])
        #expect(results["quiet"] == .notStarted && results["late"] == .tooLate)
        #expect(DeliveryBench.outcome(of: results["open"])?.verdict == .delivered)
    }

    @Test func aFolderThatCannotBeMadeIsTriedLater() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data().write(to: folder.appending(path: "var"))
        let outcome = try #require(DeliveryBench.outcome(of: write([DeliveryBench.message("msg_1")])["msg_1"]))
        #expect(outcome.verdict == .retry && outcome.code.hasPrefix("file-") && outcome.note == "Not a directory")
    }

    @Test(arguments: ["../x", "a/b", ".hidden", "", "a\nb"])
    func aNameThatCouldClimbIsRefused(id: String) throws {
        let results = write([DeliveryBench.message(id)])
        #expect(DeliveryBench.outcome(of: results[id])?.code == "bad-message-id")
        #expect(files.isEmpty)
    }
}
