package import RetierCore

extension Ledger {
    /// Where the members of a table are, for the quiet hours of a run; one pass over the members where the programme
    /// has windows.
    ///
    /// A member's own attribute comes first, then the zone of the region, then the programme's. What is no zone counts
    /// for nothing.
    ///
    /// - Parameter zone: the programme's.
    package func quietTable(
        of facts: FactTable, _ settings: QuietSettings, zone: ZoneRules
    ) throws -> QuietTable {
        guard !settings.windows.isEmpty else { return .none }
        var finder = ZoneFinder(settings, zone: zone, count: facts.count)
        try forEachAttribute(named: [settings.zoneAttribute, settings.regionAttribute], of: facts) {
            row, index, text in finder.note(text, row: row, isRegion: index == 1)
        }
        let (places, placeOfRow) = finder.places()
        let moment = settings.moment(asOf: facts.asOf, in: zone)
        return QuietTable(moment: moment, windows: settings.windows, places: places, placeOfRow: placeOfRow)
    }
}

/// Finds the zones of members from what their attributes say.
private struct ZoneFinder {
    /// The distinct texts of an attribute; number 0 is none, and the last number all that came when it was full.
    private struct Texts {
        private static let last = 4_095
        private(set) var texts: [String] = [""]
        private var numbers: [String: UInt16] = [:]
        private var latest: (bytes: [UInt8], number: UInt16) = ([], 0)

        mutating func number(of bytes: UnsafeBufferPointer<UInt8>) -> UInt16 {
            // Neighbours are often alike.
            if latest.number > 0, latest.bytes.elementsEqual(bytes) { return latest.number }
            let text = String(decoding: bytes, as: UTF8.self)
            let number = numbers[text] ?? UInt16(min(texts.count, Texts.last))
            if numbers[text] == nil, texts.count < Texts.last {
                numbers[text] = number
                texts.append(text)
            }
            latest = (Array(bytes), number)
            return number
        }

        subscript(number: UInt16) -> String { Int(number) < texts.count ? texts[Int(number)] : "?" }
    }

    private let settings: QuietSettings
    private let zone: ZoneRules
    private var zones = Texts()
    private var regions = Texts()
    private var zoneOfRow: [UInt16]
    private var regionOfRow: [UInt16]

    init(_ settings: QuietSettings, zone: ZoneRules, count: Int) {
        self.settings = settings
        self.zone = zone
        zoneOfRow = Array(repeating: 0, count: count)
        regionOfRow = Array(repeating: 0, count: count)
    }

    /// Of several texts of a member the first counts.
    mutating func note(_ text: UnsafeBufferPointer<UInt8>, row: Int, isRegion: Bool) {
        if isRegion {
            if regionOfRow[row] == 0 { regionOfRow[row] = regions.number(of: text) }
        } else if zoneOfRow[row] == 0 {
            zoneOfRow[row] = zones.number(of: text)
        }
    }

    func places() -> (places: [QuietTable.Place], ofRow: [UInt16]) {
        let rules = zones.texts.map { QuietSettings.mayBeZone($0) ? try? ZoneRules(systemNamed: $0) : nil }
        var places: [QuietTable.Place] = []
        var known: [QuietTable.Place: UInt16] = [:]
        var ofPair: [UInt32: UInt16] = [:]
        let ofRow = zoneOfRow.indices.map { row -> UInt16 in
            let (own, region) = (zoneOfRow[row], regionOfRow[row])
            let pair = UInt32(own) << 16 | UInt32(region)
            if let place = ofPair[pair] { return place }
            let place = place(own: Int(own) < rules.count ? rules[Int(own)] : nil, region, isUnread: own > 0)
            let number = known[place] ?? UInt16(places.count)
            if known[place] == nil {
                known[place] = number
                places.append(place)
            }
            ofPair[pair] = number
            return number
        }
        return (places, ofRow)
    }

    private func place(own: ZoneRules?, _ region: UInt16, isUnread: Bool) -> QuietTable.Place {
        if let own { return QuietTable.Place(zone: own, source: .member) }
        if region > 0, let rules = settings.regions[regions[region]] {
            return QuietTable.Place(zone: rules, source: .region, isUnread: isUnread)
        }
        return QuietTable.Place(zone: zone, source: .programme, isUnread: isUnread)
    }
}
