import RetierCore
import RetierLedger
import Testing

/// What the windows of a programme make of messages at moments, asked in any order.
@Suite struct QuietCalendarTests {
    private let calendar = QuietCalendar(
        QuietSettings(windows: [
            QuietWindow(id: "nights", hours: .init(from: 1_260, to: 540)),
            QuietWindow(id: "lunch", hours: .init(from: 720, to: 780)),
        ]), zone: .utc)

    /// A moment of the 2nd of January 1970, and of the 3rd from 24:00 on.
    private func moment(_ hour: Int, _ minute: Int = 0) -> Instant {
        Instant(seconds: 86_400 + Int64(hour) * 3_600 + Int64(minute) * 60)
    }

    /// `open` with the last moment, or until when it waits.
    private func reading(_ term: String?, _ moment: Instant) -> String {
        let (reading, leaveBy) = calendar.reading(term, at: moment)
        switch reading {
        case .open: return "open" + (leaveBy.map { " by \($0.description.dropFirst(11))" } ?? "")
        case .held(let until, let window):
            return "\(window.id) until \(until.map { String($0.description.dropFirst(11)) } ?? "ever")"
        case .dropped(let window): return "\(window.id) drops"
        }
    }

    /// The last moment is the second before the window, also where the day is known already.
    @Test(arguments: [[10, 15, 20], [20, 15, 9], [9, 9, 20]])
    func whatIsOpenEndsTheSecondBeforeTheNextWindow(hours: [Int]) {
        for hour in hours { #expect(reading("UTC nights", moment(hour)) == "open by 20:59:59Z", "\(hour)") }
    }

    @Test func whatIsKnownOfADayIsNotSaidOfTheNightsAroundIt() {
        #expect(reading("UTC nights", moment(15)) == "open by 20:59:59Z")
        #expect(reading("UTC nights", moment(8, 59)) == "nights until 09:00:00Z")
        #expect(reading("UTC nights", moment(10)) == "open by 20:59:59Z")
        #expect(reading("UTC nights", moment(21)) == "nights until 09:00:00Z")
        #expect(reading("UTC nights", moment(33)) == "open by 20:59:59Z")
        #expect(calendar.firstMoment("UTC nights", from: moment(22)) == moment(33))
        #expect(calendar.firstMoment("UTC nights", from: moment(12)) == moment(12))
    }

    /// A window that the programme has no more binds nobody.
    @Test func onlyTheWindowsOfATermBind() {
        #expect(reading("UTC nights", moment(12, 30)) == "open by 20:59:59Z")
        #expect(reading("UTC nights lunch", moment(12, 30)) == "lunch until 13:00:00Z")
        #expect(reading("UTC lunch", moment(22)) == "open by 11:59:59Z")
        #expect(reading("UTC gone", moment(22)) == "open")
        #expect(reading(nil, moment(22)) == "open")
    }

    /// 18:00 in Shanghai is 10:00 in London; a zone that the machine does not know is the programme's.
    @Test func theTermNamesTheZone() {
        #expect(reading("Asia/Shanghai nights", moment(10)) == "open by 12:59:59Z")
        #expect(reading("Asia/Shanghai nights", moment(14)) == "nights until 01:00:00Z")
        #expect(reading("Mars/Olympus nights", moment(14)) == "open by 20:59:59Z")
    }
}
