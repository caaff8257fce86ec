import Dispatch

/// Sorts more records than memory holds: by key, then by bytes.
///
/// Records gather in one run while the run before is sorted and written on another thread.
final class ExternalSorter {
    private let runBytes: Int
    private let directory: String
    private let queue = DispatchQueue(label: "retier.sort")
    private let spilling = DispatchGroup()
    private let outcome = SpillOutcome()
    @exclusivity(unchecked) private var filling: SortRun
    private var spare: SortRun?
    private var file: SpillFile?

    init(directory: String, runBytes: Int) {
        self.directory = directory
        self.runBytes = runBytes
        filling = SortRun(bytes: runBytes)
    }

    deinit { spilling.wait() }

    func add(key: UInt64, payload: Bytes) throws {
        if filling.add(key: key, payload: payload) { return }
        try spill()
        _ = filling.add(key: key, payload: payload)
    }

    private func spill() throws {
        spilling.wait()
        try outcome.check()
        let file = try self.file ?? SpillFile(directory: directory)
        self.file = file
        let full = filling
        filling = spare ?? SortRun(bytes: runBytes)
        filling.removeAll()
        spare = full
        queue.async(group: spilling) { [outcome] in
            outcome.record {
                full.sort()
                try file.append(full)
            }
        }
    }

    /// Gives every record to `body` in order; the bytes are valid during the call.
    func drain(_ body: (_ key: UInt64, _ payload: Bytes) throws -> Void) throws {
        spilling.wait()
        try outcome.check()
        spare = nil
        filling.sort()
        guard let file else {
            for index in 0..<filling.count { try body(filling.key(at: index), filling.payload(at: index)) }
            return
        }
        // The buffers of all runs together take about as much memory as one run.
        let bufferSize = min(256 << 10, runBytes / (file.runs.count + 1))
        let cursors = file.runs.map { RunCursor(file, range: $0, bufferSize: bufferSize) } + [RunCursor(filling)]
        try MergePipe(MergedRuns(cursors)).drain(body)
    }
}

/// What the spilling thread met.
///
/// `@unchecked Sendable`: written on the spilling queue, read after waiting for it.
private final class SpillOutcome: @unchecked Sendable {
    private var failure: (any Error)?

    func record(_ body: () throws -> Void) {
        do { try body() } catch { failure = failure ?? error }
    }

    func check() throws {
        if let failure { throw failure }
    }
}
