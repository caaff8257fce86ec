package import RetierCore
package import RetierLedger

/// The incidents that people registered, as rows; moments are of the brand's zone.
package enum IncidentListing {
    package static func rows(_ incidents: [StoredIncident], zone: ZoneRules) -> RowListing {
        var listing = RowListing(
            "incidents",
            columns: [
                ("incident", .text), ("kind", .text), ("state", .text), ("from", .text), ("until", .text),
                ("hours", .number), ("reason", .text), ("operator", .text), ("registered_at", .text),
                ("closed_at", .text),
            ])
        for incident in incidents {
            let value = incident.value
            listing.append([
                value.id, value.kind, value.state.rawValue, zone.minute(of: value.from),
                value.until.map(zone.minute(of:)), value.startedHours.map(String.init), incident.reason,
                incident.operatorName, value.registeredAt.description, value.closedAt?.description,
            ])
        }
        return listing
    }
}

extension IncidentStanding {
    /// Whether it goes on, and how many members it concerns so far.
    package func line(_ kinds: [IncidentKind], zone: ZoneRules, _ language: Language) -> String {
        let from = zone.minute(of: incident.from)
        let title = kinds[kind].title(language)
        let state = LocalizedText(
            zh: last.map { "已结束，\($0) 及之前仍纳入迟到的数据" } ?? "自 \(from) 起，尚未结束",
            en: last.map { "closed, members are taken up until \($0)" } ?? "open since \(from)")
        return LocalizedText(
            zh: "事故 \(incident.id)（\(title)）：\(state(.chinese))；目前受影响会员 \(affected) 人，已补偿 \(compensated) 人",
            en: "incident \(incident.id) (\(title)): \(state(.english)); so far \(affected) members affected, "
                + "\(compensated) compensated")(language)
    }
}
