import RetierCore
import Testing

@Suite struct FactColumnTests {
    @Test func valuesThatDoNotFitFourBytesWidenTheColumnAndKeepTheRest() {
        var column = FactColumn(count: 4)
        #expect(column.values == Array(repeating: FactColumn.missing, count: 4))
        column[0] = 7
        column[1] = Int64(Int32.max)
        #expect(column.values == [7, Int64(Int32.max), FactColumn.missing, FactColumn.missing])
        // The smallest Int32 marks what is missing in four bytes.
        column[2] = Int64(Int32.min)
        #expect(column.values == [7, Int64(Int32.max), Int64(Int32.min), FactColumn.missing])
        column[3] = -9_000_000_000
        column[0] = FactColumn.missing
        #expect(column.values == [FactColumn.missing, Int64(Int32.max), Int64(Int32.min), -9_000_000_000])
        #expect(!column.isKnown(0) && column.isKnown(3))
    }

    @Test func aColumnIsEqualToAnotherWhateverItsWidth() {
        var wide = FactColumn([1, 2, 5_000_000_000])
        wide[2] = 3
        #expect(wide == FactColumn([1, 2, 3]))
        #expect(wide.hashValue == FactColumn([1, 2, 3]).hashValue)
    }
}
