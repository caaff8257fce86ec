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
