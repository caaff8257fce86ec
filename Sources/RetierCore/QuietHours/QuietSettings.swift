/// When members are left alone, and how their time zones are found.
package struct QuietSettings: Hashable, Sendable {
    /// In the order in which they are written.
    package var windows: [QuietWindow]
    /// The attribute of members that holds an IANA name.
    package var zoneAttribute: String
    /// The attribute of members that holds a region, and the zones of regions.
    package var regionAttribute: String
    package var regions: [String: ZoneRules]

    package init(
        windows: [QuietWindow] = [], zoneAttribute: String = "timezone", regionAttribute: String = "country",
        regions: [String: ZoneRules] = [:]
    ) {
        self.windows = windows
        self.zoneAttribute = zoneAttribute
        self.regionAttribute = regionAttribute
        self.regions = regions
    }

    /// Whether a text may name a zone: places of the IANA database, and UTC.
    ///
    /// Short names are left out: `CST` is Shanghai to one brand and Chicago to the database.
    package static func mayBeZone(_ text: String) -> Bool {
        text == "UTC" || (text.utf8.count <= 64 && text.contains("/") && !text.contains(" "))
    }
}
