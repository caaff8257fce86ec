/// When members are left alone, and how their time zones are found.
package struct QuietSettings: Hashable, Sendable {
    /// In the order in which they are written.
    package var windows: [QuietWindow]
    /// The minute of the day, 0 to 1,439, at which the actions of a run leave by the programme's clock.
    package var leavesAt: Int
    /// The attribute of members that holds an IANA name.
    package var zoneAttribute: String
    /// The attribute of members that holds a region, and the zones of regions.
    package var regionAttribute: String
    package var regions: [String: ZoneRules]

    package init(
        windows: [QuietWindow] = [], leavesAt: Int = 600, zoneAttribute: String = "timezone",
        regionAttribute: String = "country", regions: [String: ZoneRules] = [:]
    ) {
        self.windows = windows
        self.leavesAt = leavesAt
        self.zoneAttribute = zoneAttribute
        self.regionAttribute = regionAttribute
        self.regions = regions
    }

    /// The moment at which a plan asks the windows.
    ///
    /// A moment of the run's day, not of the clock: the same ledger gives the same plan whenever it is made. When the
    /// actions do leave, the windows are asked again.
    package func moment(asOf day: Day, in zone: ZoneRules) -> Instant {
        let wall = Int64(day.number) * 86_400 + Int64(leavesAt) * 60
        let near = Instant(seconds: wall - zone.offset(at: Instant(seconds: wall)))
        return Instant(seconds: wall - zone.offset(at: near))
    }

    /// Whether a text may name a zone: places of the IANA database, and UTC.
    ///
    /// Short names are left out: `CST` is Shanghai to one brand and Chicago to the database.
    package static func mayBeZone(_ text: String) -> Bool {
        text == "UTC" || (text.utf8.count <= 64 && text.contains("/") && !text.contains(" "))
    }
}
