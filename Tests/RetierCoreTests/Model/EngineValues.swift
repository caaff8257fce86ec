import Foundation
import ReferenceModel
import RetierCore

/// A chronicle's rules as the engine has them.
extension CalendarPeriod {
    init(_ span: Chronicle.Span) { self.init(months: span.months, days: span.days) }
}

extension ZoneRules {
    /// Summer time is that of Berlin, by the system's zone database.
    init(_ zone: Chronicle.Zone) {
        let offset = Int32(zone.hours) * 3_600
        guard zone.hasSummerTime, let system = TimeZone(identifier: "Europe/Berlin") else {
            self.init(name: "UTC\(offset)", changes: [], offsets: [offset])
            return
        }
        self.init(name: system.identifier, changes: Self.summers.map(\.0), offsets: [offset] + Self.summers.map(\.1))
    }

    /// Moments of change from 2020 on, and the offsets from then on.
    private static let summers: [(Int64, Int32)] = {
        guard let zone = TimeZone(identifier: "Europe/Berlin") else { return [] }
        var found: [(Int64, Int32)] = []
        var moment = Date(timeIntervalSince1970: 1_577_836_800)
        while found.count < 60, let next = zone.nextDaylightSavingTimeTransition(after: moment) {
            found.append((Int64(next.timeIntervalSince1970), Int32(zone.secondsFromGMT(for: next))))
            moment = next
        }
        return found
    }()
}

extension FrequencyCap {
    init(_ cap: Chronicle.Cap) {
        let window: Window =
            switch cap.window {
            case .days(let days): .rolling(days: days)
            case .months(let months): .calendar(CalendarPeriod(months: months))
            }
        self.init(id: cap.id, max: cap.max, window: window, channels: cap.channels, tags: cap.tags)
    }
}

extension Channel {
    init(_ channel: Chronicle.Channel) {
        self.init(
            id: channel.id, title: LocalizedText(channel.id), endpoint: "e",
            consent: channel.needsConsent ? "marketing" : nil, cap: channel.cap.map(FrequencyCap.init))
    }
}

extension Budget {
    init(_ budget: Chronicle.Budget) {
        let per: CalendarPeriod =
            switch budget.window {
            case .days(let days): CalendarPeriod(days: days)
            case .months(let months): CalendarPeriod(months: months)
            }
        self.init(
            id: budget.id,
            limit: budget.isMoney ? .money(Money(minorUnits: Int64(budget.amount))) : .actions(budget.amount),
            per: per,
            scope: Scope(
                playbooks: budget.playbooks, tiers: budget.tiers, channels: budget.channels, tags: budget.tags))
    }
}

extension QuietWindow {
    init(_ window: Chronicle.QuietWindow) {
        let dates = window.days.map {
            [Day(number: Int32($0.lowerBound))...Day(number: Int32($0.upperBound))]
        }
        self.init(
            id: window.id, hours: window.from.map { Hours(from: $0 * 60, to: window.to * 60) }, dates: dates ?? [],
            channels: window.channels, policy: window.drops ? .drop : .hold)
    }
}

extension Playbook {
    /// As it is on a day.
    init(_ playbook: Chronicle.Playbook, on day: Int) {
        let shares = playbook.shares(on: day)
        self.init(
            id: playbook.id, title: LocalizedText(playbook.id), version: 1,
            trigger: playbook.isDaily ? .daily : .refresh, priority: Priority.allCases[playbook.priority],
            rank: playbook.rank, condition: .init(playbook), oncePer: playbook.oncePer.map(CalendarPeriod.init),
            stopWhen: playbook.stops.map { $0 == "reply" ? "event:reply" : $0 },
            closeAfter: CalendarPeriod(playbook.closeAfter), sendsInCase: playbook.sendsInCase,
            heedsCaps: playbook.heeds.map(CapSelection.only) ?? .all,
            countsToCaps: playbook.counts.map(CapSelection.only) ?? .all, isPaused: playbook.isPaused(on: day),
            steps: playbook.steps.map(Step.init),
            shares: ExperimentShares(
                pilot: shares.pilot, holdout: shares.holdout,
                arms: zip(Chronicle.Shares.arms, shares.weights).map { Arm(name: $0, weight: $1) }))
    }
}

extension Playbook.Step {
    init(_ step: Chronicle.Step) {
        self.init(
            id: step.id, level: step.level, action: "care", via: step.channel,
            after: step.after.map(CalendarPeriod.init), notAfter: CalendarPeriod(step.notAfter),
            cost: Money(minorUnits: Int64(step.cost)), requiresApproval: step.needsApproval,
            ignoresQuietHours: step.ignoresQuietHours, tags: step.tags)
        options = step.options.map { option in
            Option(
                id: option.id, suits: option.suits, cost: Money(minorUnits: Int64(option.cost)),
                response: option.response)
        }
    }
}

extension Condition {
    init(_ playbook: Chronicle.Playbook) {
        var parts: [Condition] = []
        if let tier = playbook.tier, let position = Chronicle.tiers.firstIndex(of: tier) {
            parts.append(.clause(Clause(Predicate(.tier, .isIn, .choices(1 << UInt64(position))), text: "")))
        }
        if let days = playbook.silentFor {
            parts.append(.clause(Clause(Predicate(.daysSinceOrder, .greaterOrEqual, .number(Int64(days))), text: "")))
        }
        self = .all(parts)
    }
}
