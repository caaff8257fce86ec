package import RetierCore

extension Ledger {
    /// So long after its last day an incident is remembered for what was deferred.
    private static let remembered = CalendarPeriod(days: 90)

    /// Who is affected by which incident as of a day, and what earlier runs made of that.
    ///
    /// Facts and incidents of the day itself count. Nothing is read where no incident is of interest.
    ///
    /// - Parameters:
    ///   - facts: the run's members.
    ///   - kinds: the programme's; incidents of other kinds are left out.
    ///   - before: as it was before this run, as far as the ledger still knows.
    package func incidentTable(
        of facts: FactTable, kinds: [IncidentKind], zone: ZoneRules, before: RunRecord? = nil, threads: Int = 2
    ) throws -> IncidentTable {
        let end = zone.start(of: facts.asOf.adding(days: 1))
        let items = try incidents().compactMap { stored -> IncidentTable.Item? in
            if let before, stored.value.registeredAt > before.committedAt { return nil }
            guard let kind = kinds.firstIndex(where: { $0.id == stored.value.kind }),
                let incident = stored.value.seen(before: end)
            else { return nil }
            let last = kinds[kind].lastDay(of: incident, zone: zone)
            guard last.map({ facts.asOf <= Ledger.remembered.after($0) }) ?? true else { return nil }
            return IncidentTable.Item(incident, kind: kind, last: last)
        }
        guard !items.isEmpty else { return IncidentTable(count: facts.count, asOf: facts.asOf) }
        let connections = try ReadConnection.sharingSnapshot(path: path, count: max(1, threads))
        let rowOfKey = RowOfKey(keys: facts.keys, merged: facts.mergedKeys)
        let pasts = try IncidentHistory.pasts(of: items.map(\.incident), rowOfKey, before: before, connections[0])
        // Of an incident whose last day is over only those matter who wait still.
        let waiting = Set(pasts.filter { !$0.value.isSettled }.map(\.value.incident))
        let watches = items.indices.filter { position in
            waiting.contains(position) || items[position].last.map { facts.asOf <= $0 } ?? true
        }.flatMap { position in
            let (item, incident) = (items[position], items[position].incident)
            return kinds[item.kind].affects.map { fact in
                IncidentScan.Watch(
                    incident: position, from: incident.from.seconds, until: (incident.until ?? end).seconds, fact: fact)
            }
        }
        let effects = try IncidentScan(watches: watches, rowOfKey: rowOfKey).run(connections)
        return IncidentTable(
            count: facts.count, items: items, effects: effects, pasts: pasts, asOf: facts.asOf)
    }
}
