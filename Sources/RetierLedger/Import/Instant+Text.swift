package import RetierCore

extension Instant {
    /// The moment of an ISO-8601 text, read as in imported files: local to the zone where it has no offset, a date
    /// alone is the start of the day; nil for anything else.
    package init?(iso text: String, zone: ZoneRules) {
        let options = ImportOptions(
            zone: zone, currency: Currency(code: ""), maxRejectedShare: 0, now: Instant(seconds: Int64(UInt32.max)))
        var reader = FieldReader(options)
        let seconds = Array(text.utf8).withUnsafeBufferPointer { try? reader.time($0, "moment") }
        guard let seconds else { return nil }
        self.init(seconds: seconds)
    }
}
