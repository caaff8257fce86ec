import RetierCore
package import RetierLedger

/// The messages in doubt as rows.
package enum DoubtListing {
    package static func rows(_ doubts: [Doubt]) -> RowListing {
        var listing = RowListing(
            "doubts",
            columns: [
                ("message", .text), ("endpoint", .text), ("since", .text), ("run", .text), ("actions", .number),
                ("attempts", .number), ("code", .text),
            ])
        for doubt in doubts {
            listing.append([
                doubt.messageID, doubt.endpoint, doubt.since?.description, doubt.run, String(doubt.actions),
                String(doubt.attempts), doubt.code,
            ])
        }
        return listing
    }
}
