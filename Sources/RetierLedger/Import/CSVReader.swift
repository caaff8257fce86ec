import Glibc
import RetierCore

/// Records of a CSV file per RFC 4180, one at a time, as slices of its bytes.
///
/// A byte order mark, LF or CRLF and quoted line breaks are understood; empty lines are skipped. A record that breaks
/// the rules of quoting, holds a zero byte or is not UTF-8 is reported and skipped; what makes the rest of the file
/// unreadable is thrown.
struct CSVReader: ~Copyable {
    enum Record {
        case fields
        case malformed(RowProblem)
        case end
    }

    /// A longer record is taken for a quote that never closes.
    static let longestRecord = 8 << 20

    /// One-based line on which the current record starts.
    private(set) var line = 0
    private(set) var fieldCount = 0
    private let file: ImportFile
    private var nextLine = 1
    private var buffer: UnsafeMutableBufferPointer<UInt8>
    private var start = 0
    private var end = 0
    private var recordEnd = 0
    private var fileEnded = false
    private var fields: UnsafeMutableBufferPointer<Bytes>
    private var unquoted = ByteBuffer()

    init(_ file: ImportFile, bufferSize: Int = 1 << 20) throws {
        self.file = file
        buffer = .allocate(capacity: bufferSize)
        fields = .allocate(capacity: 64)
        fields.initialize(repeating: Bytes(start: nil, count: 0))
        while end < 3, !fileEnded { try refill() }
        if end >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { start = 3 }
        recordEnd = start
    }

    deinit {
        buffer.deallocate()
        fields.deallocate()
    }

    /// A field of the current record, quotes taken off; valid until the next record.
    subscript(index: Int) -> Bytes {
        @inline(__always) get { fields[index] }
    }

    /// The current record as the file has it, without its line break.
    var raw: Bytes { Bytes(rebasing: UnsafeBufferPointer(buffer)[start..<recordEnd]) }

    /// Moves on to the next record.
    mutating func next() throws -> Record {
        while true {
            start = min(recordEnd, end)
            skipLineBreak()
            line = nextLine
            guard try findLineEnd() else { return .end }
            if recordEnd > start { break }
        }
        if let base = UnsafeRawPointer(buffer.baseAddress), memchr(base + start, 0x22, recordEnd - start) != nil {
            if let problem = try splitQuoted() { return .malformed(problem) }
        } else {
            nextLine += 1
            splitPlain()
        }
        if let problem = RowProblem.encoding(of: raw) { return .malformed(problem) }
        return .fields
    }

    private mutating func skipLineBreak() {
        if start < end, buffer[start] == 0x0D { start += 1 }
        if start < end, buffer[start] == 0x0A { start += 1 }
    }

    /// Sets `recordEnd` to the end of the line at `start`, without its break; false at the end of the file.
    private mutating func findLineEnd() throws -> Bool {
        var searched = start
        while true {
            if let base = UnsafeRawPointer(buffer.baseAddress),
                let found = memchr(base + searched, 0x0A, end - searched)
            {
                recordEnd = base.distance(to: UnsafeRawPointer(found))
                if recordEnd > start, buffer[recordEnd - 1] == 0x0D { recordEnd -= 1 }
                if recordEnd == start { nextLine += 1 }
                return true
            }
            let length = end - start
            if fileEnded {
                recordEnd = end
                if recordEnd > start, buffer[recordEnd - 1] == 0x0D { recordEnd -= 1 }
                return length > 0
            }
            try refill()
            searched = start + length
        }
    }

    /// Reads more of the file behind what is there; moves the current record to the front where room is short.
    private mutating func refill() throws {
        if start > 0 {
            if let base = buffer.baseAddress { base.update(from: base + start, count: end - start) }
            end -= start
            recordEnd = max(0, recordEnd - start)
            start = 0
        }
        if end == buffer.count {
            guard buffer.count < CSVReader.longestRecord else {
                throw RetierError(
                    .badData,
                    "\(file.path):\(line): a record of more than \(CSVReader.longestRecord >> 20) MiB starts here, "
                        + "most likely at a quote that never closes; nothing was loaded",
                    hint: "close the quote, or double quotes inside quoted fields")
            }
            let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: buffer.count * 2)
            if let base = buffer.baseAddress { larger.baseAddress?.update(from: base, count: end) }
            buffer.deallocate()
            buffer = larger
        }
        let count = try file.read(into: UnsafeMutableBufferPointer(rebasing: buffer[end...]))
        if count == 0 { fileEnded = true }
        end += count
    }

    private mutating func splitPlain() {
        fieldCount = 0
        let record = raw
        var fieldStart = 0
        for index in 0..<record.count where record[index] == 0x2C {
            add(field: Bytes(rebasing: record[fieldStart..<index]))
            fieldStart = index + 1
        }
        add(field: Bytes(rebasing: record[fieldStart...]))
    }

    @inline(__always)
    private mutating func add(field: Bytes) {
        if fieldCount == fields.count {
            let larger = UnsafeMutableBufferPointer<Bytes>.allocate(capacity: fields.count * 2)
            larger.initialize(repeating: Bytes(start: nil, count: 0))
            for index in 0..<fieldCount { larger[index] = fields[index] }
            fields.deallocate()
            fields = larger
        }
        fields[fieldCount] = field
        fieldCount += 1
    }

    /// Splits a record with quotes, which may reach over several lines; the fields lie in `unquoted`.
    private mutating func splitQuoted() throws -> RowProblem? {
        enum Place { case fieldStart, plain, quoted, afterQuote }
        unquoted.removeAll()
        var ends: [Int] = []
        var place = Place.fieldStart
        var isStray = false
        var length = 0
        while true {
            if start + length == end {
                if !fileEnded { try refill() }
                if start + length == end, fileEnded { break }
            }
            let byte = buffer[start + length]
            if byte == 0x0A {
                nextLine += 1
                if place != .quoted { break }
            }
            length += 1
            switch (place, byte) {
            case (.quoted, 0x22): place = .afterQuote
            case (.quoted, _): unquoted.append(byte)
            case (_, 0x2C):
                ends.append(unquoted.count)
                place = .fieldStart
            case (.fieldStart, 0x22): place = .quoted
            case (.afterQuote, 0x22):
                unquoted.append(byte)
                place = .quoted
            case (.afterQuote, 0x0D): break
            case (.afterQuote, _), (.plain, 0x22):
                isStray = true
                place = .plain
            default:
                unquoted.append(byte)
                place = .plain
            }
        }
        if place == .quoted { throw unclosedQuote() }
        recordEnd = start + length
        if recordEnd > start, buffer[recordEnd - 1] == 0x0D { recordEnd -= 1 }
        if place == .plain, let last = unquoted.bytes.last, last == 0x0D { unquoted.removeLast() }
        setFields(ends: ends + [unquoted.count])
        return isStray ? RowProblem(.strayQuote) : nil
    }

    private mutating func setFields(ends: [Int]) {
        fieldCount = 0
        var fieldStart = 0
        for end in ends {
            add(field: Bytes(rebasing: unquoted.bytes[fieldStart..<end]))
            fieldStart = end
        }
    }

    private func unclosedQuote() -> RetierError {
        RetierError(
            .badData,
            "\(file.path):\(line): a quoted field starts in this record and is still open at the end of the file; "
                + "nothing was loaded",
            hint: "close the quote, or double quotes inside quoted fields")
    }
}
