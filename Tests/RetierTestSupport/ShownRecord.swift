import Foundation
package import RetierCore

/// A record as a person reads it out of a message.
package struct ShownRecord: Equatable {
    package var number: Int
    package var member: String
    package var text: String

    package init(number: Int, member: String, text: String) {
        self.number = number
        self.member = member
        self.text = text
    }

    /// The records of a message's text, read by where lines begin and nothing else.
    package static func all(in text: String, _ service: RobotService, _ format: RobotSettings.Format) throws
        -> [ShownRecord]
    {
        if format == .markdownV2 { return try rows(of: text) }
        let opening =
            switch (service, format) {
            case (_, .text): try Regex("^([0-9]+)\\. ")
            case (.slack, _): try Regex("^\\*([0-9]+)\\. ")
            default: try Regex("^\\*\\*([0-9]+)\\. ")
            }
        var records: [ShownRecord] = []
        var isFactLine = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if let match = line.firstMatch(of: opening), let digits = match.output[1].substring {
                records.append(ShownRecord(number: Int(digits) ?? 0, member: "", text: ""))
                isFactLine = true
            } else if isFactLine, !records.isEmpty {
                let fact = line.trimmingCharacters(in: .whitespaces).components(separatedBy: " · ")[0]
                records[records.count - 1].member = plain(String(fact.drop { $0 != " " }.dropFirst()), service)
                isFactLine = false
            } else if !records.isEmpty {
                let rest = line.hasPrefix("> ") || line.hasPrefix("  ") ? String(line.dropFirst(2)) : line
                records[records.count - 1].text += plain(rest, service)
            }
        }
        return records
    }

    private static func rows(of text: String) throws -> [ShownRecord] {
        text.split(separator: "\n").compactMap { line in
            let cells = line.components(separatedBy: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 9, let number = Int(cells[1]) else { return nil }
            return ShownRecord(
                number: number, member: plain(cells[2], .wecom), text: cells[5] == "-" ? "" : plain(cells[5], .wecom))
        }
    }

    /// A text by what it says: full-width signs as their ASCII twins, no spaces, no code signs, no escapes.
    package static func plain(_ text: String, _ service: RobotService?) -> String {
        var text = text
        if service == .slack {
            for (escape, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")] {
                text = text.replacingOccurrences(of: escape, with: sign)
            }
        }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E: result.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
            case 0...0x20, 0x7F, 0x2028, 0x202E, 0x60: continue
            default: result.append(scalar)
            }
        }
        return String(result).replacingOccurrences(of: "`", with: "")
    }
}
