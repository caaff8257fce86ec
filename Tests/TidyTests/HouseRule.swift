import Testing

/// One rule of the house: what is checked, why, and what to do instead.
struct HouseRule: Sendable, CustomTestStringConvertible {
    struct Finding: Equatable {
        var path: String
        var line: Int
        /// What was found.
        var what: String
    }

    var name: String
    var reason: String
    var remedy: String
    /// Findings in one file; none where the rule does not concern it.
    var check: @Sendable (SwiftSource) -> [Finding]

    var testDescription: String { name }

    /// What a person reads when the rule is broken.
    func explanation(of findings: [Finding]) -> String {
        let places = findings.map { "\($0.path):\($0.line): \($0.what)" }
        return "\(name)\n  why: \(reason)\n  instead: \(remedy)\n  " + places.joined(separator: "\n  ")
    }
}

extension HouseRule {
    static let all: [HouseRule] =
        [
            coreImportsNothing, declaredImports, fileLength, functionLength, lineLength, coreIsValues, noLooseEnds,
            plainNames,
        ] + BannedCall.all.map(\.rule)

    static let coreImportsNothing = HouseRule(
        name: "RetierCore imports nothing", reason: "a decision must replay anywhere from values alone",
        remedy: "take what you need as an argument, or move the code to the target that owns the effect"
    ) { source in
        guard source.target == "RetierCore", source.path.hasPrefix("Sources/") else { return [] }
        return source.imports.map { Finding(path: source.path, line: $0.line, what: "import \($0.module)") }
    }

    static let declaredImports = HouseRule(
        name: "a target imports only what the table of imports gives it",
        reason: "each target keeps one library or one effect out of everyone else's reach",
        remedy: "use the target that owns the library; a new entry in ImportTable.swift needs a decision record"
    ) { source in
        guard source.path.hasPrefix("Sources/"), let allowed = ImportTable.allowed[source.target] else { return [] }
        return source.imports.filter { !allowed.contains($0.module) }.map {
            Finding(path: source.path, line: $0.line, what: "import \($0.module) in \(source.target)")
        }
    }

    static let fileLength = HouseRule(
        name: "a file has at most 500 lines", reason: "a reader holds one concept at a time; aim at 300",
        remedy: "move a concept to a file of its own, named after it"
    ) { source in
        guard source.lineCount > 500 else { return [] }
        return [Finding(path: source.path, line: 500, what: "\(source.lineCount) lines")]
    }

    static let functionLength = HouseRule(
        name: "a function has at most 70 lines", reason: "a function is read in one look; aim at 40",
        remedy: "give a part that has a name a function of its own"
    ) { source in
        FunctionSpan.all(in: source).filter { $0.length > 70 }.map {
            Finding(path: source.path, line: $0.line, what: "\($0.name): \($0.length) lines")
        }
    }

    static let lineLength = HouseRule(
        name: "a line has at most 120 columns", reason: "two files fit side by side",
        remedy: "break the line; `swift format` does most of it"
    ) { source in
        var findings: [Finding] = []
        for (index, line) in source.lines.enumerated() where line.count > 120 {
            findings.append(Finding(path: source.path, line: index + 1, what: "\(line.count) columns"))
        }
        return findings
    }

    static let coreIsValues = HouseRule(
        name: "RetierCore has values only", reason: "shared mutable state and suspension make runs differ",
        remedy: "use a struct or an enum; keep classes, actors and async code at the edge"
    ) { source in
        guard source.target == "RetierCore", source.path.hasPrefix("Sources/") else { return [] }
        return source.wordFindings(["class", "actor", "async", "await"])
    }

    static let noLooseEnds = HouseRule(
        name: "nothing is left for later", reason: "a note to self is a task that nobody tracks",
        remedy: "do it now, or file an issue and say nothing in the code"
    ) { source in
        // Put together here, so that this file keeps its own rule.
        let notes: [String] = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
        var findings: [Finding] = []
        for (index, line) in source.lines.enumerated() {
            for word in SwiftSource.words(of: String(line)) where notes.contains(word) {
                findings.append(Finding(path: source.path, line: index + 1, what: word))
            }
        }
        return findings
    }

    static let plainNames = HouseRule(
        name: "types are named in the words of the glossary", reason: "one word a thing, everywhere",
        remedy: "use the glossary's word, or say what the type is instead of that it helps"
    ) { source in
        source.declaredTypes.compactMap { type in
            guard let word = type.words.first(where: { Glossary.instead[$0] != nil }) else { return nil }
            let better = Glossary.instead[word] ?? ""
            return Finding(path: source.path, line: type.line, what: "\(type.name): not '\(word)' but \(better)")
        }
    }
}

extension SwiftSource {
    /// Places where one of some words stands alone in the code.
    func wordFindings(_ words: Set<String>) -> [HouseRule.Finding] {
        var findings: [HouseRule.Finding] = []
        for (index, line) in codeLines.enumerated() {
            for word in SwiftSource.words(of: line) where words.contains(word) {
                findings.append(HouseRule.Finding(path: path, line: index + 1, what: word))
            }
        }
        return findings
    }

    /// Types that the file declares, with the words of their names.
    var declaredTypes: [(name: String, words: [String], line: Int)] {
        var types: [(name: String, words: [String], line: Int)] = []
        for (index, line) in codeLines.enumerated() {
            let words = SwiftSource.words(of: line)
            guard let keyword = words.firstIndex(where: { SwiftSource.typeKeywords.contains($0) }),
                keyword + 1 < words.count, words[..<keyword].allSatisfy(SwiftSource.modifiers.contains)
            else { continue }
            let name = words[keyword + 1]
            types.append((name, SwiftSource.camelWords(name), index + 1))
        }
        return types
    }

    static func words(of line: String) -> [String] {
        line.split { (character: Character) -> Bool in
            !character.isLetter && !character.isNumber && character != "_"
        }.map(String.init)
    }

    private static let typeKeywords: Set<String> = ["struct", "enum", "class", "actor", "protocol", "typealias"]
    private static let modifiers: Set<String> = [
        "package", "public", "internal", "private", "fileprivate", "final", "indirect", "Suite", "unchecked",
    ]

    private static func camelWords(_ name: String) -> [String] {
        var words: [String] = []
        for character in name {
            if character.isUppercase || words.isEmpty { words.append("") }
            words[words.count - 1].append(character)
        }
        return words
    }
}
