import RetierCore
import RetierTestSupport
import Testing

@Suite struct RankedColumnTests {
    @Test func tiesShareTheMiddleOfTheirPlaces() {
        let (column, places) = RankedColumn.ranking([5, 1, 5, 9])
        #expect(column.values == [1, 5, 9])
        #expect(column.upTo == [1, 3, 4])
        #expect(places == [1, 0, 1, 2])
        // Hazen: (i - 1/2) / 4 for i = 1, the mean of 2 and 3, 4.
        #expect(column.values.indices.map { column.midRank(at: $0) } == [125_000, 500_000, 875_000])
    }

    @Test func oneMemberStandsInTheMiddle() {
        #expect(RankedColumn.ranking([42]).column.midRank(at: 0) == 500_000)
    }

    @Test func nobodyHasNoRanks() {
        let (column, places) = RankedColumn.ranking([])
        #expect(column.count == 0)
        #expect(places.isEmpty)
    }

    @Test func extremeNumbersKeepTheirOrder() {
        let (column, places) = RankedColumn.ranking([Int64.max, Int64.min, 0, -1])
        #expect(column.values == [Int64.min, -1, 0, Int64.max])
        #expect(places == [3, 0, 2, 1])
    }

    @Test(arguments: 1...30)
    func ranksAndScoresEqualTheSlowDefinition(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let count = generator.draw(in: 1...90)
        let reach = generator.pick(from: [1, 5, 1_000, 1 << 40])
        let values = (0..<count).map { _ in Int64(generator.draw(in: -reach...reach)) }
        let (column, places) = RankedColumn.ranking(values)
        for (index, value) in values.enumerated() {
            let worse = values.filter { $0 < value }.count
            let equal = values.filter { $0 == value }.count
            let place = Int(places[index])
            #expect(column.values[place] == value, "seed \(generator.seed)")
            #expect(column.worse(at: place) == worse, "seed \(generator.seed)")
            #expect(column.equal(at: place) == equal, "seed \(generator.seed)")
            let rank = 1_000_000 * (2 * worse + equal) / (2 * count)
            #expect(Int(column.midRank(at: place)) == rank, "seed \(generator.seed)")
            #expect(Int(column.quintile(at: place)) == 1 + 5 * worse / count, "seed \(generator.seed)")
        }
    }

    @Test(arguments: [1, 2, 2_047, 2_048, 5_000])
    func radixOrderSortsStably(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let keys = (0..<count).map { _ in generator.next() >> UInt64(generator.draw(in: 0...63)) }
        let expected = keys.enumerated().sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }
        let order = RadixOrder(keys)
        #expect(order.keys == expected.map(\.element), "seed \(generator.seed)")
        #expect(order.rows == expected.map { UInt32($0.offset) }, "seed \(generator.seed)")
    }
}
