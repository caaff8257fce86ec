/// How a command writes its rows.
package enum ListingFormat: String, CaseIterable, Sendable {
    case table, csv, json
}
