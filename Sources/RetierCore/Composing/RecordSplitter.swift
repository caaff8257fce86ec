/// Splits a list of records into messages at record borders, by the bytes that the service counts.
///
/// Greedy: a message takes the next record wherever it still fits. The same sizes give the same messages.
package struct RecordSplitter: Hashable, Sendable {
    /// The most bytes of one message, with everything that stands around its records.
    package var limitBytes: Int
    /// The most records of one message.
    package var maxRecords: Int
    /// Bytes between two records.
    package var separatorBytes: Int

    package init(limitBytes: Int, maxRecords: Int, separatorBytes: Int = 0) {
        self.limitBytes = limitBytes
        self.maxRecords = max(1, maxRecords)
        self.separatorBytes = separatorBytes
    }

    /// A record that is too large for a message of its own.
    package struct Misfit: Error, Hashable {
        /// Its place in the list.
        package var record: Int
        /// Bytes of the message that would hold nothing else.
        package var bytes: Int
        package var limitBytes: Int
    }

    /// The records of each message; none where there is no record.
    ///
    /// - Parameters:
    ///   - sizes: The bytes of each record.
    ///   - frame: The bytes around the records of a message; the same for counts of as many digits, and no fewer for
    ///     a count of more.
    /// - Throws: `Misfit` where a record does not fit alone.
    package func parts(of sizes: [Int], frame: (PartPlace) -> Int) throws(Misfit) -> [Range<Int>] {
        guard !sizes.isEmpty else { return [] }
        let total = sizes.reduce(0, +) + separatorBytes * (sizes.count - 1)
        let whole = frame(.only) + total
        if sizes.count <= maxRecords, whole <= limitBytes { return [0..<sizes.count] }
        guard sizes.count > 1 else { throw Misfit(record: 0, bytes: whole, limitBytes: limitBytes) }
        // How many messages there are is known at the end only, and stands in each. Its digits are all that counts.
        var assumed = 9
        while true {
            let parts = try parts(of: sizes) { frame(PartPlace(number: $0, count: assumed)) }
            if parts.count <= assumed { return parts }
            assumed = assumed * 10 + 9
        }
    }

    private func parts(of sizes: [Int], frameOfPart: (Int) -> Int) throws(Misfit) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = 0
        var bytes = frameOfPart(1)
        for (record, size) in sizes.enumerated() {
            let added = size + (record == start ? 0 : separatorBytes)
            if record > start, bytes + added > limitBytes || record - start == maxRecords {
                parts.append(start..<record)
                start = record
                bytes = frameOfPart(parts.count + 1) + size
            } else {
                bytes += added
            }
            guard record > start || bytes <= limitBytes else {
                throw Misfit(record: record, bytes: bytes, limitBytes: limitBytes)
            }
        }
        parts.append(start..<sizes.count)
        return parts
    }
}

/// Which part of how many.
package struct PartPlace: Hashable, Sendable {
    /// One-based.
    package var number: Int
    package var count: Int

    package init(number: Int, count: Int) {
        self.number = number
        self.count = count
    }

    package static let only = PartPlace(number: 1, count: 1)

    package var isOnly: Bool { count == 1 }
}
