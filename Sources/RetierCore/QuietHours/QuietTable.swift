/// When actions may leave to each member of a run, asked at the moment at which they are to leave.
///
/// Two bytes a member; the answers are worked out once for each zone and set of windows.
package struct QuietTable: Sendable {
    /// How a member's zone was found, in the order in which it is looked for.
    package enum Source: String, CaseIterable, Sendable {
        /// The member's own attribute names it.
        case member
        /// The brand says which one the member's region has.
        case region
        /// The programme's own.
        case programme
    }

    /// What is known of where some members are.
    package struct Place: Hashable, Sendable {
        package var zone: ZoneRules
        package var source: Source
        /// Whether the member's attribute holds something that is no zone.
        package var isUnread: Bool

        package init(zone: ZoneRules, source: Source, isUnread: Bool = false) {
            self.zone = zone
            self.source = source
            self.isUnread = isUnread
        }
    }

    /// The moment from which on actions leave: `QuietSettings.moment`.
    let moment: Instant
    /// Of the programme, in its order.
    package let windows: [QuietWindow]
    package let places: [Place]
    package let placeOfRow: [UInt16]

    /// - Parameters:
    ///   - places: at most 65,536.
    ///   - placeOfRow: positions in them.
    package init(moment: Instant, windows: [QuietWindow], places: [Place], placeOfRow: [UInt16]) {
        self.moment = moment
        self.windows = windows
        self.places = places
        self.placeOfRow = placeOfRow
    }

    /// Nothing is ever quiet.
    package static let none = QuietTable(moment: Instant(seconds: 0), windows: [], places: [], placeOfRow: [])

    /// The windows that a step keeps.
    func windows(of step: Playbook.Step) -> [QuietWindow] {
        step.ignoresQuietHours ? [] : windows.filter { $0.covers(channel: step.via) }
    }

    /// How many members have something in place of a zone that is none.
    package var unreadMembers: Int {
        let isUnread = places.map(\.isUnread)
        return placeOfRow.count { isUnread[Int($0)] }
    }
}

/// The answers for one run, each worked out when it is first asked for.
struct QuietBook {
    /// What the windows make of an action.
    struct Answer {
        /// Why, where it does not leave at once.
        var grounds: [Verdict.Ground]
        var term: QuietTerm
        /// The member's local day on which what is held leaves; nil where nothing is held or it never leaves.
        var day: Day?

        /// Why it does not leave: the windows drop it, or end after its last day.
        ///
        /// What leaves at once is not asked for its day, which may be another one where the member is.
        func refusal(lastDay: Day) -> [Verdict.Ground]? {
            guard !grounds.isEmpty else { return nil }
            guard let day else { return grounds }
            return day > lastDay ? grounds + [.day(lastDay, as: .notAfter)] : nil
        }
    }

    private let table: QuietTable
    /// The windows of each set that a step keeps.
    private let sets: [[QuietWindow]]
    private var answers: [Answer?]

    init(_ table: QuietTable, sets: [[QuietWindow]]) {
        self.table = table
        self.sets = sets
        answers = Array(repeating: nil, count: table.places.count * sets.count)
    }

    mutating func answer(row: Int, set: Int) -> Answer {
        let place = Int(table.placeOfRow[row])
        if let known = answers[place * sets.count + set] { return known }
        let answer = work(out: table.places[place], sets[set])
        answers[place * sets.count + set] = answer
        return answer
    }

    private func work(out place: QuietTable.Place, _ windows: [QuietWindow]) -> Answer {
        let reading = QuietHours(windows, in: place.zone).reading(at: table.moment)
        var evidence: [Verdict.Evidence] = []
        var sendAt: Instant?
        var day: Day?
        switch reading {
        case .open: break
        case .held(let until, let window):
            sendAt = until
            day = until.map(place.zone.day(of:))
            evidence = self.evidence(window, place)
            if let until { evidence.append(Verdict.Evidence("send_at", until.description)) }
        case .dropped(let window):
            evidence = self.evidence(window, place)
        }
        return Answer(
            grounds: evidence.isEmpty ? [] : [.facts(evidence)],
            term: QuietTerm(zone: place.zone.name, windows: windows, sendAt: sendAt), day: day)
    }

    private func evidence(_ window: QuietWindow, _ place: QuietTable.Place) -> [Verdict.Evidence] {
        var evidence = [
            Verdict.Evidence("window", window.id), Verdict.Evidence("zone", place.zone.name),
            Verdict.Evidence("zone_of", place.source.rawValue),
        ]
        if place.isUnread { evidence.append(Verdict.Evidence("unread", "member")) }
        return evidence
    }
}
