/// The front record of one sorted run, in memory or in a spill file.
final class RunCursor {
    @exclusivity(unchecked) private(set) var key: UInt64 = 0
    @exclusivity(unchecked) private(set) var payload = Bytes(start: nil, count: 0)

    private enum Source {
        case memory(SortRun)
        case file(SpillFile)
    }

    private let source: Source
    @exclusivity(unchecked) private var nextIndex = 0
    @exclusivity(unchecked) private var fileOffset = 0
    @exclusivity(unchecked) private var fileEnd = 0
    @exclusivity(unchecked) private var buffer: UnsafeMutableBufferPointer<UInt8>
    @exclusivity(unchecked) private var start = 0
    @exclusivity(unchecked) private var end = 0

    init(_ run: SortRun) {
        source = .memory(run)
        buffer = .allocate(capacity: 0)
    }

    init(_ file: SpillFile, range: Range<Int>, bufferSize: Int) {
        source = .file(file)
        fileOffset = range.lowerBound
        fileEnd = range.upperBound
        buffer = .allocate(capacity: max(64, bufferSize))
    }

    deinit { buffer.deallocate() }

    /// Moves to the next record, whose payload is valid until the next move; false at the end of the run.
    func advance() throws -> Bool {
        switch source {
        case .memory(let run):
            guard nextIndex < run.count else { return false }
            key = run.key(at: nextIndex)
            payload = run.payload(at: nextIndex)
            nextIndex += 1
            return true
        case .file(let file):
            guard start < end || fileOffset < fileEnd else { return false }
            try make(12, availableFrom: file)
            var header = ByteCursor(Bytes(rebasing: UnsafeBufferPointer(buffer)[start..<(start + 12)]))
            key = UInt64(bitPattern: header.littleEndian())
            let length = Int(header.bigEndian())
            try make(12 + length, availableFrom: file)
            payload = Bytes(rebasing: UnsafeBufferPointer(buffer)[(start + 12)..<(start + 12 + length)])
            start += 12 + length
            return true
        }
    }

    private func make(_ count: Int, availableFrom file: SpillFile) throws {
        guard end - start < count else { return }
        let kept = end - start
        if count > buffer.count {
            let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count * 2)
            for index in 0..<kept { larger[index] = buffer[start + index] }
            buffer.deallocate()
            buffer = larger
        } else if let base = buffer.baseAddress {
            base.update(from: base + start, count: kept)
        }
        start = 0
        end = kept
        while end < count {
            let room = min(buffer.count - end, fileEnd - fileOffset)
            let slice = UnsafeMutableBufferPointer(rebasing: buffer[end..<(end + room)])
            let read = try file.read(into: slice, at: fileOffset)
            precondition(read > 0, "a run ends where its range ends")
            fileOffset += read
            end += read
        }
    }
}

/// Sorted runs merged into one sorted sequence by a binary heap of their front records.
///
/// `@unchecked Sendable`: one thread uses it at a time.
final class MergedRuns: @unchecked Sendable {
    @exclusivity(unchecked) private var heap: [RunCursor] = []
    @exclusivity(unchecked) private var hasStarted = false

    init(_ cursors: [RunCursor]) throws {
        for cursor in cursors where try cursor.advance() { heap.append(cursor) }
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
    }

    /// The front record; valid until the next `advance`.
    var front: (key: UInt64, payload: Bytes) { (heap[0].key, heap[0].payload) }

    /// Moves to the first or next record; false at the end.
    func advance() throws -> Bool {
        guard hasStarted else {
            hasStarted = true
            return !heap.isEmpty
        }
        guard !heap.isEmpty else { return false }
        if try !heap[0].advance() {
            let last = heap.removeLast()
            guard !heap.isEmpty else { return false }
            heap[0] = last
        }
        siftDown(0)
        return true
    }

    private func siftDown(_ from: Int) {
        var parent = from
        while true {
            var smallest = parent
            for child in (2 * parent + 1)..<(2 * parent + 3) where child < heap.count {
                if comesBefore(heap[child], heap[smallest]) { smallest = child }
            }
            if smallest == parent { return }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }

    @inline(__always)
    private func comesBefore(_ left: RunCursor, _ right: RunCursor) -> Bool {
        left.key != right.key ? left.key < right.key : left.payload.precedes(right.payload)
    }
}
