/// What a brand says about incidents of one kind: whom they concern, and for how long late facts count.
package struct IncidentKind: Hashable, Sendable {
    package var id: String
    package var title: LocalizedText
    /// What members do who are affected: `order`, `event:KIND`.
    package var affects: [String]
    /// So long after an incident was closed members are taken up.
    package var late: CalendarPeriod

    package init(
        id: String, title: LocalizedText, affects: [String], late: CalendarPeriod = IncidentKind.usualLate
    ) {
        self.id = id
        self.title = title
        self.affects = affects
        self.late = late
    }

    package static let usualLate = CalendarPeriod(days: 30)
    /// Their names are bits.
    package static let most = 64

    /// The last day on which members are taken up; nil while the incident is open.
    package func lastDay(of incident: Incident, zone: ZoneRules) -> Day? {
        guard let until = incident.until else { return nil }
        return late.after(zone.day(of: max(until, incident.closedAt ?? until)))
    }
}

/// An incident that affected a member, and the fact by which it did.
package struct MemberIncident: Hashable, Sendable {
    package var incident: Incident
    /// Position of its kind in the programme's.
    package var kind: Int
    /// `order` or `event:KIND`: the first of the member's facts within the time.
    package var fact: String
    package var at: Instant

    package init(incident: Incident, kind: Int, fact: String, at: Instant) {
        self.incident = incident
        self.kind = kind
        self.fact = fact
        self.at = at
    }

    /// What makes the member a candidate.
    var grounds: [Verdict.Ground] {
        [
            .facts([Verdict.Evidence("incident", incident.id), Verdict.Evidence("fact", fact)]),
            .moment(at, as: .factAt),
        ]
    }
}
