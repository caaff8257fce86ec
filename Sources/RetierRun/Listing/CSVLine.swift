/// One line of CSV (RFC 4180), ended by a newline; fields are quoted where they must be.
package func csvLine(_ fields: [String?]) -> String {
    fields.map { field in
        guard let field else { return "" }
        guard field.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }.joined(separator: ",") + "\n"
}
