/// One line of CSV (RFC 4180); fields are quoted where they must be.
///
/// - Parameters:
///   - fields: The cells; nil is an empty one.
///   - ending: What ends the line; RFC 4180 writes CRLF, most programs a newline.
package func csvLine(_ fields: [String?], ending: String = "\n") -> String {
    fields.map { field in
        guard let field else { return "" }
        guard field.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }.joined(separator: ",") + ending
}
