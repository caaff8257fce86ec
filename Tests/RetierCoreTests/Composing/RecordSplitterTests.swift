import RetierCore
import RetierTestSupport
import Testing

@Suite struct RecordSplitterTests {
    /// `part 3 of 12: ` and the like: its length hangs on both numbers.
    private func frame(_ part: PartPlace) -> Int {
        part.isOnly ? 5 : "part \(part.number) of \(part.count): ".utf8.count
    }

    @Test func whatFitsIsOnePart() throws {
        let splitter = RecordSplitter(limitBytes: 100, maxRecords: 10, separatorBytes: 2)
        #expect(try splitter.parts(of: [], frame: frame) == [])
        #expect(try splitter.parts(of: [95], frame: frame) == [0..<1])
        #expect(try splitter.parts(of: [40, 53], frame: frame) == [0..<2])
        #expect(try splitter.parts(of: [40, 54], frame: frame) == [0..<1, 1..<2])
    }

    @Test func whatFitsNoMessageIsNamed() {
        let splitter = RecordSplitter(limitBytes: 100, maxRecords: 10)
        let misfit = #expect(throws: RecordSplitter.Misfit.self) {
            try splitter.parts(of: [3, 92], frame: { _ in 15 })
        }
        #expect(misfit?.record == 1 && misfit?.bytes == 107 && misfit?.limitBytes == 100)
        #expect(throws: RecordSplitter.Misfit.self) { try splitter.parts(of: [1, 2, 90, 3], frame: { _ in 11 }) }
    }

    /// Any other greedy reading of the rule gives the same parts: each takes what fits and not a record more.
    @Test func everyPartIsFullAndNoneIsTooFull() throws {
        var source = SeededGenerator(seed: 31)
        for _ in 0..<3_000 {
            let splitter = RecordSplitter(
                limitBytes: source.draw(in: 60...200), maxRecords: source.draw(in: 1...30),
                separatorBytes: source.draw(in: 0...2))
            let sizes = (0..<source.draw(in: 1...150)).map { _ in source.draw(in: 0...30) }
            let parts = try splitter.parts(of: sizes, frame: frame)
            #expect(Array(parts.joined()) == Array(sizes.indices), "seed \(source.seed)")
            func bytes(_ range: Range<Int>, _ part: Int) -> Int {
                sizes[range].reduce(0, +) + (range.count - 1) * splitter.separatorBytes
                    + frame(PartPlace(number: part + 1, count: parts.count))
            }
            for (part, range) in parts.enumerated() {
                #expect(!range.isEmpty && range.count <= splitter.maxRecords, "seed \(source.seed)")
                #expect(bytes(range, part) <= splitter.limitBytes, "seed \(source.seed)")
                guard part + 1 < parts.count else { continue }
                let more = range.lowerBound..<(range.upperBound + 1)
                #expect(
                    bytes(more, part) > splitter.limitBytes || more.count > splitter.maxRecords, "seed \(source.seed)")
            }
        }
    }
}
