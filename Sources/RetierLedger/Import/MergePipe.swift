import Dispatch

/// Merges on a thread of its own and hands the records over in batches, so that merging and writing overlap.
///
/// `@unchecked Sendable`: each batch belongs to one side at a time, passed on by the two semaphores; `failure` is
/// written before the last batch is passed on, `isCancelled` before a batch is given back.
final class MergePipe: @unchecked Sendable {
    private final class Batch {
        var records = ByteBuffer(capacity: 600 << 10)
        var isLast = false
    }

    private let merged: MergedRuns
    private let batches = [Batch(), Batch(), Batch()]
    private let free = DispatchSemaphore(value: 3)
    private let filled = DispatchSemaphore(value: 0)
    private let done = DispatchGroup()
    private var isCancelled = false
    private var failure: (any Error)?

    init(_ merged: MergedRuns) { self.merged = merged }

    func drain(_ body: (_ key: UInt64, _ payload: Bytes) throws -> Void) throws {
        DispatchQueue(label: "retier.merge").async(group: done) { self.produce() }
        var turn = 0
        defer { done.wait() }
        while true {
            filled.wait()
            let batch = batches[turn % batches.count]
            turn += 1
            do {
                try consume(batch, body)
            } catch {
                isCancelled = true
                // One more than there are batches: the producer may take one signal just to learn that it is over, and
                // a semaphore must not end below the value it began with.
                for _ in 0...batches.count { free.signal() }
                throw error
            }
            if batch.isLast { break }
            free.signal()
        }
        for _ in batches { free.signal() }
        if let failure { throw failure }
    }

    private func consume(_ batch: Batch, _ body: (UInt64, Bytes) throws -> Void) throws {
        var cursor = ByteCursor(batch.records.bytes)
        while !cursor.isAtEnd {
            let key = UInt64(bitPattern: cursor.littleEndian())
            let length = Int(cursor.bigEndian())
            try body(key, cursor.bytes(length))
        }
    }

    private func produce() {
        var turn = 0
        var isLast = false
        while !isLast {
            free.wait()
            if isCancelled { return }
            let batch = batches[turn % batches.count]
            turn += 1
            batch.records.removeAll()
            do { isLast = try fill(batch) } catch {
                failure = error
                isLast = true
            }
            batch.isLast = isLast
            filled.signal()
        }
    }

    /// Returns whether the merge has come to its end.
    private func fill(_ batch: Batch) throws -> Bool {
        while batch.records.count < 512 << 10 {
            guard try merged.advance() else { return true }
            let (key, payload) = merged.front
            batch.records.append(littleEndian: Int64(bitPattern: key))
            batch.records.append(bigEndian: UInt32(payload.count))
            batch.records.append(payload)
        }
        return false
    }
}
