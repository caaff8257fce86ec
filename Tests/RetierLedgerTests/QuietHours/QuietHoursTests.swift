import RetierCore
import RetierLedger
import Testing

/// Nights, holidays and changes of the clock; the moments of changes are those that `zdump -v` prints.
@Suite struct QuietHoursTests {
    /// A window's hours, the zone, a moment, and the first one from then on at which something may leave (both UTC).
    private struct Case: CustomTestStringConvertible, Sendable {
        var hours: String
        var zone: String
        var asked: String
        var open: String
        var why: String
        var testDescription: String { "\(zone) \(hours): \(why)" }

        init(_ hours: String, _ zone: String, _ asked: String, _ open: String, _ why: String) {
            self.hours = hours
            self.zone = zone
            self.asked = asked
            self.open = open
            self.why = why
        }
    }

    private static let cases = [
        Case("21:00-09:00", "Asia/Shanghai", "2026-11-30T12:59:59", "2026-11-30T12:59:59", "a second before the night"),
        Case("21:00-09:00", "Asia/Shanghai", "2026-11-30T13:00:00", "2026-12-01T01:00:00", "the night begins"),
        Case("21:00-09:00", "Asia/Shanghai", "2026-12-01T00:59:59", "2026-12-01T01:00:00", "its last second"),
        Case("21:00-09:00", "America/New_York", "2026-03-08T02:00:00", "2026-03-08T13:00:00", "a night of 11 hours"),
        Case("21:00-09:00", "America/New_York", "2026-11-01T01:00:00", "2026-11-01T14:00:00", "a night of 13 hours"),
        Case("01:00-02:30", "America/New_York", "2026-03-08T06:00:00", "2026-03-08T07:00:00", "its end was skipped"),
        Case("02:15-02:45", "America/New_York", "2026-03-08T06:59:00", "2026-03-08T06:59:00", "skipped as a whole"),
        Case("00:00-01:30", "America/New_York", "2026-11-01T05:10:00", "2026-11-01T05:30:00", "01:10, the first time"),
        Case("00:00-01:30", "America/New_York", "2026-11-01T06:10:00", "2026-11-01T06:30:00", "01:10, the second time"),
        // Half an hour: at 02:00 of 2026-04-05 the clocks go back to 01:30.
        Case("21:00-01:45", "Australia/Lord_Howe", "2026-04-04T14:30:00", "2026-04-04T14:45:00", "the first time"),
        Case("21:00-01:45", "Australia/Lord_Howe", "2026-04-04T15:05:00", "2026-04-04T15:15:00", "the second time"),
        // The clocks skip midnight: 2026-09-06 begins at 01:00.
        Case("23:00-00:30", "America/Santiago", "2026-09-06T03:30:00", "2026-09-06T04:00:00", "midnight was skipped"),
        // Friday 2011-12-30 did not exist: Thursday's last second is followed by Saturday.
        Case("21:00-09:00", "Pacific/Apia", "2011-12-30T08:00:00", "2011-12-30T19:00:00", "over the date line"),
        Case("days 2011-12-30", "Pacific/Apia", "2011-12-30T09:59:00", "2011-12-30T09:59:00", "the day never was"),
        Case("days 2011-12-31", "Pacific/Apia", "2011-12-30T10:00:00", "2011-12-31T10:00:00", "the day after it"),
        Case("days 1993-08-22", "Pacific/Kwajalein", "1993-08-21T12:00:00", "1993-08-22T12:00:00", "after a lost day"),
        Case("days 2028-02-28", "Asia/Shanghai", "2028-02-28T00:00:00", "2028-02-28T16:00:00", "before a leap day"),
        Case("days 2028-02-29", "Asia/Shanghai", "2028-02-28T16:00:00", "2028-02-29T16:00:00", "a leap day"),
        Case("days 2026-10-25", "Europe/Paris", "2026-10-24T22:00:00", "2026-10-25T23:00:00", "a day of 25 hours"),
        Case("days 2026-03-29", "Europe/Paris", "2026-03-28T23:00:00", "2026-03-29T22:00:00", "a day of 23 hours"),
    ]

    @Test(arguments: cases)
    private func theFirstMomentThatIsOpen(_ expected: Case) throws {
        let hours = QuietHours([try window(expected.hours)], in: try ZoneRules(systemNamed: expected.zone))
        #expect(hours.firstOpen(from: try moment(expected.asked)) == (try moment(expected.open)))
    }

    @Test func springFestivalAndTheNightsAroundIt() throws {
        let festival = QuietWindow(id: "spring-festival", dates: [try days("2027-02-05", "2027-02-11")])
        let hours = QuietHours([try window("21:00-09:00"), festival], in: try ZoneRules(systemNamed: "Asia/Shanghai"))
        // From the evening before until the morning after.
        #expect(hours.firstOpen(from: try moment("2027-02-04T13:00:00")) == (try moment("2027-02-12T01:00:00")))
        #expect(hours.firstQuiet(from: try moment("2027-02-04T12:00:00")) == (try moment("2027-02-04T13:00:00")))
        #expect(hours.covering(try moment("2027-02-05T14:00:00")).map(\.id) == ["21:00-09:00", "spring-festival"])
    }

    @Test func hoursOverMidnightBelongToTheDayOnWhichTheyBegin() throws {
        var night = try window("21:00-09:00")
        night.weekdays = [4]
        let hours = QuietHours([night], in: .utc)
        // 2026-11-27 is a Friday.
        #expect(hours.firstOpen(from: try moment("2026-11-27T08:00:00")) == (try moment("2026-11-27T08:00:00")))
        #expect(hours.firstOpen(from: try moment("2026-11-28T08:00:00")) == (try moment("2026-11-28T09:00:00")))
        #expect(hours.firstQuiet(from: try moment("2026-11-28T09:00:00")) == (try moment("2026-12-04T21:00:00")))
    }

    @Test func whatNeverOpensSaysSo() {
        let always = QuietHours([QuietWindow(id: "always")], in: .utc)
        #expect(always.firstOpen(from: Instant(seconds: 0)) == nil)
        #expect(QuietHours([], in: .utc).firstQuiet(from: Instant(seconds: 0)) == nil)
    }

    private func window(_ text: String) throws -> QuietWindow {
        if text.hasPrefix("days ") {
            let day = String(text.dropFirst(5))
            return QuietWindow(id: text, dates: [try days(day, day)])
        }
        let parts = text.split { $0 == ":" || $0 == "-" }.compactMap { Int($0) }
        return QuietWindow(id: text, hours: .init(from: parts[0] * 60 + parts[1], to: parts[2] * 60 + parts[3]))
    }

    private func days(_ first: String, _ last: String) throws -> ClosedRange<Day> {
        try #require(Day(iso: first))...(try #require(Day(iso: last)))
    }

    private func moment(_ text: String) throws -> Instant {
        let day = try #require(Day(iso: text.prefix(10)))
        let parts = text.dropFirst(11).split(separator: ":").compactMap { Int64($0) }
        return Instant(utcMidnightOf: day).adding(seconds: parts[0] * 3_600 + parts[1] * 60 + parts[2])
    }

    /// The moment at which a plan asks: by the programme's clock, also on days on which it changes.
    @Test(arguments: [
        ("Asia/Shanghai", "2026-11-20", 600, "2026-11-20T02:00:00"),
        ("America/New_York", "2026-03-07", 600, "2026-03-07T15:00:00"),
        ("America/New_York", "2026-03-08", 600, "2026-03-08T14:00:00"),
        ("America/New_York", "2026-11-01", 600, "2026-11-01T15:00:00"),
        ("America/Santiago", "2026-09-06", 90, "2026-09-06T04:30:00"),
        ("Asia/Kolkata", "2026-11-20", 0, "2026-11-19T18:30:00"),
    ])
    func aPlanAsksAtOneMomentOfItsDay(zone: String, day: String, minute: Int, moment: String) throws {
        let settings = QuietSettings(leavesAt: minute)
        let asked = settings.moment(asOf: try #require(Day(iso: day)), in: try ZoneRules(systemNamed: zone))
        #expect(asked.description == moment + "Z")
    }
}
