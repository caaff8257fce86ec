import Foundation
package import RetierCore

extension ZoneRules {
    /// Reads a zone from the system's time zone database: its offset changes from 1970 to the end of 2099.
    ///
    /// Throws `badConfiguration` for a name that the database does not have.
    package init(systemNamed name: String) throws {
        guard let zone = TimeZone(identifier: name) else {
            throw RetierError(
                .badConfiguration, "the time zone '\(name)' is not in the system's time zone database",
                hint: "use an IANA name such as Asia/Shanghai or Europe/London")
        }
        let end = 4_102_444_800.0
        var moment = Date(timeIntervalSince1970: 0)
        var changes: [Int64] = []
        var offsets = [Int32(zone.secondsFromGMT(for: moment))]
        while let next = zone.nextDaylightSavingTimeTransition(after: moment), next.timeIntervalSince1970 < end {
            moment = next
            let offset = Int32(zone.secondsFromGMT(for: next))
            guard offset != offsets[offsets.count - 1] else { continue }
            changes.append(Int64(next.timeIntervalSince1970))
            offsets.append(offset)
        }
        self.init(name: name, changes: changes, offsets: offsets)
    }
}
