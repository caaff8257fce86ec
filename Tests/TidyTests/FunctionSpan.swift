/// Where a function or initialiser begins and ends.
struct FunctionSpan: Equatable {
    var name: String
    /// One-based line of its keyword.
    var line: Int
    /// Lines from the keyword to the closing brace, both included.
    var length: Int

    /// All functions and initialisers with a body, nested ones too.
    static func all(in source: SwiftSource) -> [FunctionSpan] {
        let scalars = Array(source.codeLines.joined(separator: "\n").unicodeScalars)
        var spans: [FunctionSpan] = []
        var line = 1
        var index = 0
        while index < scalars.count {
            if scalars[index] == "\n" { line += 1 }
            guard let keyword = keyword(at: index, in: scalars) else {
                index += 1
                continue
            }
            let start = index + keyword.count
            if let body = bodyStart(from: start, in: scalars), let end = closingBrace(of: body, in: scalars) {
                let length = scalars[index...end].count { $0 == "\n" } + 1
                let name = keyword == "func" ? word(from: start, in: scalars) : keyword
                spans.append(FunctionSpan(name: name, line: line, length: length))
            }
            index = start
        }
        return spans
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar == "_" || ("0"..."9").contains(scalar)
    }

    private static func keyword(at index: Int, in scalars: [Unicode.Scalar]) -> String? {
        if index > 0, isWord(scalars[index - 1]) || scalars[index - 1] == "." { return nil }
        for keyword in ["func", "init"] {
            let end = index + keyword.count
            guard end < scalars.count, scalars[index..<end].elementsEqual(keyword.unicodeScalars) else { continue }
            let next = scalars[end]
            if keyword == "func" ? next == " " : next == "(" || next == "?" || next == "<" { return keyword }
        }
        return nil
    }

    private static func word(from start: Int, in scalars: [Unicode.Scalar]) -> String {
        let rest = scalars[start...].drop { $0 == " " }
        return String(String.UnicodeScalarView(rest.prefix { $0 != "(" && $0 != "<" && $0 != " " }))
    }

    /// The brace that opens the body; nil for a protocol's requirement.
    private static func bodyStart(from start: Int, in scalars: [Unicode.Scalar]) -> Int? {
        var depth = 0
        var index = start
        var sawArguments = false
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "(" {
                depth += 1
                sawArguments = true
            } else if scalar == ")" {
                depth -= 1
            } else if depth == 0, scalar == "{" {
                return index
            } else if depth == 0, scalar == "}" {
                return nil
            } else if depth == 0, sawArguments, scalar == "\n", startsDeclaration(after: index, in: scalars) {
                return nil
            }
            index += 1
        }
        return nil
    }

    private static func startsDeclaration(after index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        let rest = scalars[(index + 1)...].drop { $0 == " " || $0 == "\n" }
        let next = String(String.UnicodeScalarView(rest.prefix { isWord($0) || $0 == "@" }))
        return ["func", "init", "var", "let", "static", "mutating", "associatedtype", "package", "@discardableResult"]
            .contains(next)
    }

    private static func closingBrace(of start: Int, in scalars: [Unicode.Scalar]) -> Int? {
        var depth = 0
        for index in start..<scalars.count {
            if scalars[index] == "{" { depth += 1 }
            if scalars[index] == "}" {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }
}
