import RetierCore
import RetierTestSupport
import Testing

@Suite struct WorkersTests {
    @Test(arguments: [0, 1, 7, 8, 9, 100])
    func chunksCoverEveryRowOnceAndInOrder(count: Int) {
        for workers in [Workers.single, .backwards] {
            let rows = workers.chunks(of: count, length: 8) { Array($0) }
            #expect(rows.allSatisfy { $0.count <= 8 && !$0.isEmpty })
            #expect(rows.flatMap { $0 } == Array(0..<count))
        }
    }

    @Test func sumsAreTheSameInWhateverOrderChunksAreDone() {
        var generator = SeededGenerator(seed: 7)
        let values = (0..<1_000).map { _ in Double.random(in: -1...1, using: &generator) }
        let sums = [Workers.single, .backwards].map { workers in
            workers.chunks(of: values.count, length: 16) { values[$0].reduce(0, +) }.reduce(0, +)
        }
        #expect(sums[0].bitPattern == sums[1].bitPattern)
    }
}
