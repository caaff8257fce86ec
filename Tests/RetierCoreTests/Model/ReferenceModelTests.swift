import Foundation
import RetierCore
import Testing

@testable import ReferenceModel

/// What the reference stands on, checked against who has nothing to do with it.
@Suite struct ReferenceModelTests {
    @Test func itsCalendarIsFoundations() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        let spans = [(0, 7), (1, 0), (2, 0), (3, 1), (12, 0)].map { Chronicle.Span(months: $0, days: $1) }
        for number in PlainCalendar.day(2023, 1, 1)...PlainCalendar.day(2032, 12, 31) {
            let date = Date(timeIntervalSince1970: Double(number) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let own = PlainCalendar.date(number)
            #expect((own.year, own.month, own.day) == (parts.year ?? 0, parts.month ?? 0, parts.day ?? 0))
            for span in spans {
                let moved = try #require(calendar.date(byAdding: .month, value: span.months, to: date))
                let day = Int(moved.timeIntervalSince1970 / 86_400) + span.days
                #expect(PlainCalendar.later(number, span) == day, "\(PlainCalendar.text(number)) and \(span)")
            }
        }
    }

    /// Three vectors of the reference implementation: of messages of 0, 1 and 63 bytes that count up from 0.
    @Test(arguments: [(0, 0x726f_db47_dd0e_0e31), (1, 0x74f8_39c5_93dc_67fd), (63, 0x958a_324c_eb06_4572)])
    func itsHashIsSipHash(length: Int, hash: UInt64) {
        #expect(SipHash.hash((0..<length).map { UInt8($0) }) == hash)
    }

    // MARK: Mistakes are found

    /// Each mistake of the reference comes to light within a few hundred worlds, in a world that people can read.
    @Test(arguments: Flaw.allCases.filter { !Flaw.ofMerges.contains($0) && $0 != .nobodyIsLookedAtTwice })
    func aPlantedMistakeIsFoundAndShrunk(flaw: Flaw) throws {
        let found = (2_000_000..<2_001_000).lazy.map { ArbitrationModelTests.world($0) }
            .first { $0.disagreement(flaw: flaw) != nil }
        let world = try #require(found, "no world shows that \(flaw)")
        let small = world.shrunk { $0.disagreement(flaw: flaw) != nil }
        #expect(small.items <= 14, "\(flaw): \(world.items) items became \(small.items)\n\(small)")
        #expect(small.disagreement() == nil, "without the mistake nothing is wrong with the world")
        #expect(!small.smaller.contains { $0.disagreement(flaw: flaw) != nil })
    }
}
