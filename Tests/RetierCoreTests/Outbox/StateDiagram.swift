import Foundation

/// One of the diagrams of a page of the manual.
struct StateDiagram {
    /// As `from --> to : event`.
    private(set) var arrows: Set<String> = []
    /// States from which an arrow leads to the end.
    private(set) var ends: Set<String> = []

    /// The diagrams are counted from 1.
    init(page name: String = "OutboxStates.md", number: Int) throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/retier/Retier.docc/\(name)").standardized
        let text = try String(contentsOf: page, encoding: .utf8)
        let diagrams = text.components(separatedBy: "```mermaid\n").dropFirst()
        guard let start = diagrams.dropFirst(number - 1).first else { return }
        let diagram = start.components(separatedBy: "```")[0]
        for line in diagram.split(separator: "\n") where line.contains(" --> ") {
            let parts = line.split(separator: " ").map {
                $0.trimmingCharacters(in: .punctuationCharacters.subtracting(["_", "[", "]", "*"]))
            }
            if parts[2] == "[*]" { ends.insert(parts[0]) }
            for event in parts.dropFirst(4) { arrows.insert("\(parts[0]) --> \(parts[2]) : \(event)") }
        }
    }
}
