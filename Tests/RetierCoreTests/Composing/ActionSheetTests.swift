import Foundation
import RetierCore
import RetierTestSupport
import Testing

/// The CSV file behind a digest, and the digest.
@Suite struct ActionSheetTests {
    /// RFC 4180, read by its grammar.
    private func rows(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = String.UnicodeScalarView()
        var isQuoted = false
        let scalars = Array(text.unicodeScalars)
        var place = 0
        while place < scalars.count {
            let scalar = scalars[place]
            if isQuoted {
                if scalar == "\"", place + 1 < scalars.count, scalars[place + 1] == "\"" {
                    cell.append(scalar)
                    place += 1
                } else if scalar == "\"" {
                    isQuoted = false
                } else {
                    cell.append(scalar)
                }
            } else if scalar == "\"" {
                isQuoted = true
            } else if scalar == "," {
                row.append(String(cell))
                cell = String.UnicodeScalarView()
            } else if scalar == "\r", place + 1 < scalars.count, scalars[place + 1] == "\n" {
                rows.append(row + [String(cell)])
                row = []
                cell = String.UnicodeScalarView()
                place += 1
            } else {
                cell.append(scalar)
            }
            place += 1
        }
        #expect(row.isEmpty && cell.isEmpty && !isQuoted)
        return rows
    }

    @Test func everyActionIsARowAndNoCellAFormula() throws {
        var source = SeededGenerator(seed: 35)
        let formulas = ["=1+1", "+86138", "-5", "@SUM(A1)", "\t=1", "\r\n=1", "＝1", "'ok", "plain", ""]
        for _ in 0..<12 {
            let actions = (1...source.draw(in: 1...50)).map { position in
                ListWorld.action(
                    position, member: source.pick(from: ["", "=", "-"]) + "M\(position)",
                    text: source.pick(from: formulas) + ListWorld.text(&source, pieces: source.draw(in: 0...20)))
            }
            let parts = try ListWorld.writer(.wecom, .file).parts(of: actions)
            #expect(parts.map(\.form) == [.payload, .attachment] && parts.map(\.actions) == [0, actions.count])
            #expect(parts[1].body.starts(with: [0xEF, 0xBB, 0xBF]), "Excel knows UTF-8 by its mark")
            let table = rows(String(decoding: parts[1].body.dropFirst(3), as: UTF8.self))
            #expect(table[0] == ActionSheet.columns && table.count == actions.count + 1, "seed \(source.seed)")
            let ids = try #require(ActionSheet.columns.firstIndex(of: "action_id"))
            let texts = try #require(ActionSheet.columns.firstIndex(of: "text"))
            for (row, action) in zip(table.dropFirst(), actions) {
                #expect(row[ids] == action.actionID && row.count == ActionSheet.columns.count, "seed \(source.seed)")
                let text = action.text ?? ""
                #expect(row[texts] == text || row[texts] == "'" + text, "seed \(source.seed)")
                #expect(
                    row.allSatisfy {
                        !($0.unicodeScalars.first.map { "=+-@\t\r＝＋－＠".unicodeScalars.contains($0) } ?? false)
                    })
            }
        }
    }

    @Test func aListOfManyMegabytesIsSeveralFiles() throws {
        let text = String(repeating: "字", count: 1_000_000)
        let actions = (1...8).map { ListWorld.action($0, member: "M\($0)", text: text) }
        let parts = try ListWorld.writer(.wecom, .file).parts(of: actions)
        #expect(parts.map(\.actions) == [0, 6, 2])
        #expect(parts.allSatisfy { $0.body.count <= 20_000_000 && $0.body.count > 5 })
        #expect(try ListWorld.shown(parts[0].body, .wecom).contains("2 个文件"))
    }

    @Test func aDigestOfManyStepsFitsAndBalances() throws {
        for steps in [1, 5, 40, 90, 400] {
            var actions: [PlannedDecision] = []
            for step in 0..<steps {
                for _ in 0..<(1 + step % 4) {
                    var action = ListWorld.action(
                        actions.count + 1, member: "M\(actions.count % 100)", text: nil, title: "一个相当长的剧本标题之第\(step)号")
                    action.playbook = "p\(step)"
                    actions.append(action)
                }
            }
            for language in Language.allCases {
                let digest = try ListWorld.writer(.wecom, .file, language: language).parts(of: actions)[0]
                let text = try ListWorld.shown(digest.body, .wecom)
                #expect(text.utf8.count <= 4_096)
                let counts = text.matches(of: /(?m)^> .*?[：:] ?([0-9]+)$/).compactMap { Int($0.1) }
                #expect(counts.reduce(0, +) == actions.count, "\(steps) steps: \(text)")
                #expect((counts.count == steps) == (steps <= 40))
                #expect(text.contains("\(min(100, actions.count)) "))
            }
        }
    }
}
