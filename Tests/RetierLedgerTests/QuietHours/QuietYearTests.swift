import RetierCore
import RetierLedger
import RetierTestSupport
import Testing

/// Whole years in every zone of the system's database, against a walk over each of their minutes.
///
/// Python's zoneinfo says what the clocks on the walls do and what the days are called; neither the core's arithmetic
/// nor Foundation has a part in what is expected.
@Suite(.enabled(if: ZoneYear.isPossible, "needs python3 with zoneinfo")) struct QuietYearTests {
    @Test(arguments: [2026, 2028])
    func everyMinuteOfAYearInEveryZone(year: Int) throws {
        let world = try ZoneYear(year)
        #expect(world.zones.count > 400)
        var generator = SeededGenerator(seed: UInt64(year))
        var walked: Set<[Int64]> = []
        for zone in world.zones {
            let rules = try ZoneRules(systemNamed: zone.name)
            for (moment, offset) in zone.steps {
                #expect(rules.offset(at: Instant(seconds: moment)) == offset, "\(zone.name) at \(moment)")
                #expect(rules.offset(at: Instant(seconds: moment - 1)) != offset || moment == world.start)
            }
            // Zones that go alike through the year need one walk.
            guard walked.insert(zone.steps.flatMap { [$0.moment, $0.offset] }).inserted else { continue }
            let windows = (0..<generator.draw(in: 1...3)).map { world.window("w\($0)", &generator) }
            try check(world, zone, rules, windows, &generator)
        }
        #expect(walked.count > 50)
    }

    private func check(
        _ world: ZoneYear, _ zone: ZoneYear.Zone, _ rules: ZoneRules, _ windows: [QuietWindow],
        _ generator: inout SeededGenerator
    ) throws {
        let hours = QuietHours(windows, in: rules)
        let quiet = world.quietMinutes(zone, windows)
        func moment(_ minute: Int) -> Instant { Instant(seconds: world.start + Int64(minute) * 60) }
        let note: Comment = "\(zone.name) \(windows) seed \(generator.seed)"
        // From each change to the next, so that the answers between them follow.
        var minute = 0
        while minute < quiet.count {
            let isQuiet = quiet[minute]
            let end = quiet[minute...].firstIndex(of: !isQuiet) ?? quiet.count
            let found = isQuiet ? hours.firstOpen(from: moment(minute)) : hours.firstQuiet(from: moment(minute))
            let same = isQuiet ? hours.firstQuiet(from: moment(minute)) : hours.firstOpen(from: moment(minute))
            guard end < quiet.count else {
                #expect(found.map { $0 >= moment(end) } ?? true, note)
                break
            }
            guard found == moment(end), same == moment(minute) else {
                Issue.record("\(note): from \(moment(minute)) \(found?.description ?? "-"), not \(moment(end))")
                return
            }
            minute = end
        }
        for _ in 0..<20 {
            let start = generator.draw(in: 0...(quiet.count - 1))
            guard let end = quiet[start...].firstIndex(of: false) else { continue }
            let asked = moment(start).adding(seconds: Int64(generator.draw(in: 0...59)))
            #expect(hours.firstOpen(from: asked) == (end == start ? asked : moment(end)), note)
            #expect(hours.covering(asked).isEmpty == !quiet[start], note)
        }
    }
}

/// What Python knows of a year.
struct ZoneYear {
    struct Zone {
        var name: String
        /// The offset from UTC in seconds at the start of the year and from each change on.
        var steps: [(moment: Int64, offset: Int64)]
    }

    /// In seconds since 1970.
    let start: Int64
    let minutes: Int
    private(set) var zones: [Zone] = []
    /// Dates and weekdays (Monday is 0) by day since 1970; those of the year, and one before and after.
    private var days: [Int: (date: String, weekday: Int)] = [:]

    static var isPossible: Bool {
        (try? runProcess("python3", ["-c", "import zoneinfo; zoneinfo.ZoneInfo('Asia/Shanghai')"]))?.status == 0
    }

    private static let script = """
        import datetime, sys, zoneinfo
        year, utc = int(sys.argv[1]), datetime.timezone.utc
        start = int(datetime.datetime(year, 1, 1, tzinfo=utc).timestamp())
        end = int(datetime.datetime(year + 1, 1, 1, tzinfo=utc).timestamp())
        print(start, (end - start) // 60)
        day = datetime.date(year, 1, 1) - datetime.timedelta(2)
        while day.year <= year or day.day < 4:
            print(day.toordinal() - 719163, day.isoformat(), day.weekday())
            day += datetime.timedelta(1)
        print()
        for name in sorted(zoneinfo.available_timezones()):
            if '/' not in name and name != 'UTC': continue
            zone = zoneinfo.ZoneInfo(name)
            def offset(t):
                return int(datetime.datetime.fromtimestamp(t, zone).utcoffset().total_seconds())
            steps, t = [(start, offset(start))], start
            while t < end:
                later = min(t + 21600, end)
                if offset(later) != steps[-1][1]:
                    low, high = t, later
                    while high - low > 1:
                        middle = (low + high) // 2
                        if offset(middle) == steps[-1][1]: low = middle
                        else: high = middle
                    steps.append((high, offset(high)))
                    later = high
                t = later
            print(name, ' '.join(f'{moment} {offset}' for moment, offset in steps if moment < end))
        """

    init(_ year: Int) throws {
        let run = try runProcess("python3", ["-c", ZoneYear.script, String(year)])
        let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.split(separator: " ").map(String.init)
        }
        start = try #require(Int64(lines[0][0]))
        minutes = try #require(Int(lines[0][1]))
        let gap = try #require(lines.firstIndex { $0.isEmpty })
        for line in lines[1..<gap] { days[try #require(Int(line[0]))] = (line[1], try #require(Int(line[2]))) }
        for line in lines[(gap + 1)...] where !line.isEmpty {
            let numbers = try line.dropFirst().map { try #require(Int64($0)) }
            let steps = stride(from: 0, to: numbers.count, by: 2).map { (moment: numbers[$0], offset: numbers[$0 + 1]) }
            zones.append(Zone(name: line[0], steps: steps))
        }
    }

    /// A made-up window.
    func window(_ id: String, _ generator: inout SeededGenerator) -> QuietWindow {
        var window = QuietWindow(id: id)
        let kind = generator.draw(in: 0...9)
        if kind > 0 {
            let from = generator.draw(in: 0...1_439)
            let to = generator.draw(in: 1...1_440)
            window.hours = .init(from: from, to: to == from ? to + 1 : to)
        }
        if kind % 3 == 1 {
            window.weekdays = Set((0..<generator.draw(in: 1...4)).map { _ in generator.draw(in: 0...6) })
        }
        if kind % 4 == 0 {
            let known = days.keys.sorted()
            window.dates = (0..<generator.draw(in: 1...3)).map { _ in
                let first = generator.draw(in: known[0]...(known[known.count - 1] - 20))
                return Day(number: Int32(first))...Day(number: Int32(first + generator.draw(in: 0...12)))
            }
            // Around the end of February.
            if let leap = known.first(where: { days[$0]?.date.hasSuffix("-02-27") == true }) {
                window.dates.append(Day(number: Int32(leap + 1))...Day(number: Int32(leap + 2)))
            }
        }
        return window
    }

    /// Which minutes of the year lie in one of the windows, one by one.
    func quietMinutes(_ zone: Zone, _ windows: [QuietWindow]) -> [Bool] {
        let first = days.keys.min() ?? 0
        let about = windows.map { window in
            let dates = window.dates.map { ($0.lowerBound.description, $0.upperBound.description) }
            return (0..<days.count).map { index -> Bool in
                guard let day = days[first + index] else { return false }
                return (window.weekdays.isEmpty || window.weekdays.contains(day.weekday))
                    && (dates.isEmpty || dates.contains { $0.0 <= day.date && day.date <= $0.1 })
            }
        }
        let hours = windows.map { ($0.hours?.from ?? 0, $0.hours?.to ?? 1_440) }
        var quiet = [Bool](repeating: false, count: minutes)
        var step = 0
        for minute in 0..<minutes {
            let moment = start + Int64(minute) * 60
            while step + 1 < zone.steps.count, zone.steps[step + 1].moment <= moment { step += 1 }
            let local = Int((moment + zone.steps[step].offset) / 60)
            let (day, time) = (local / 1_440 - first, local % 1_440)
            for index in hours.indices {
                let (from, to) = hours[index]
                if from < to {
                    if time >= from, time < to, about[index][day] { quiet[minute] = true }
                } else if time >= from && about[index][day] || time < to && about[index][day - 1] {
                    quiet[minute] = true
                }
            }
        }
        return quiet
    }
}
