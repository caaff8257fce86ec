import Testing

/// The rules themselves, on snippets that keep or break them.
@Suite struct HouseRuleSnippetTests {
    private func lines(
        _ rule: HouseRule, _ text: String, in path: String = "Sources/RetierRun/Snippet.swift"
    ) -> [Int] {
        rule.check(SwiftSource(path: path, text: text)).map(\.line)
    }

    private func rule(banning call: String) throws -> HouseRule {
        try #require(BannedCall.all.first { $0.call == call }).rule
    }

    @Test(arguments: [
        ("let a = 1 // Date()", "let a = 1          "),
        ("let a = \"Date()\"", "let a = \"      \""),
        ("let a = \"x \\(Date()) y\"", "let a = \"   (Date())  \""),
        ("let a = #\"raw \" \\(no)\"#", "let a =  \"           \" "),
        ("/* a /* b */ c */let d", "                 let d"),
        ("let a = \"\\(f(\"in\"))\"", "let a = \" (f(\"  \"))\""),
        ("let a = \"\"\"\n  Date()\n  \"\"\"", "let a = \"\"\"\n        \n  \"\"\""),
    ])
    func commentsAndStringsAreBlanked(text: String, code: String) {
        #expect(SwiftSource(path: "a.swift", text: text).codeLines.joined(separator: "\n") == code)
    }

    @Test func coreMayImportNothing() {
        let text = "// import Foundation\npackage import Foundation\n"
        #expect(lines(.coreImportsNothing, text, in: "Sources/RetierCore/A.swift") == [2])
        #expect(lines(.coreImportsNothing, text) == [])
        #expect(lines(.coreImportsNothing, "import Testing\n", in: "Tests/RetierCoreTests/A.swift") == [])
    }

    @Test func importsFollowTheTable() {
        #expect(lines(.declaredImports, "import Foundation\nimport GRDB\n") == [2])
        #expect(lines(.declaredImports, "package import GRDB\n", in: "Sources/RetierLedger/A.swift") == [])
        #expect(lines(.declaredImports, "import struct Yams.Node\n", in: "Sources/RetierLedger/A.swift") == [1])
    }

    @Test func longFilesFunctionsAndLinesAreFound() {
        #expect(lines(.fileLength, String(repeating: "\n", count: 501)) == [500])
        #expect(lines(.fileLength, String(repeating: "\n", count: 500)) == [])
        #expect(lines(.lineLength, "\n" + String(repeating: "茶", count: 121)) == [2])
        #expect(lines(.lineLength, String(repeating: "茶", count: 120)) == [])
        let body = String(repeating: "    work()\n", count: 69)
        #expect(lines(.functionLength, "struct A {\nfunc long() {\n\(body)}\n}") == [2])
        #expect(lines(.functionLength, "func fits() {\n\(body.dropLast(11))}\n") == [])
        #expect(lines(.functionLength, "init?(a: Int) {\n\(body)}\n") == [1])
    }

    @Test func functionsWithoutABodyAndCallsAreNotMeasured() {
        let text = """
            protocol P {
                func one(a: Int) -> Int
                func two<T>(_ t: T) async throws -> [T]
                init(x: Int)
            }
            struct S {
                func three() -> Int { 3 }
                init() { self.init(x: 1); _ = S.init(x: 2) }
            }
            """
        let spans = FunctionSpan.all(in: SwiftSource(path: "a.swift", text: text))
        let three = FunctionSpan(name: "three", line: 7, length: 1)
        #expect(spans == [three, FunctionSpan(name: "init", line: 8, length: 1)])
    }

    @Test func coreHoldsValuesOnly() {
        let text = "package final class A {}\nfunc f() async {}\nstruct Classy {}\n"
        #expect(lines(.coreIsValues, text, in: "Sources/RetierCore/A.swift") == [1, 2])
        #expect(lines(.coreIsValues, text) == [])
    }

    @Test func notesToSelfAreFound() {
        #expect(lines(.noLooseEnds, "let a = 1\n// TO" + "DO: tidy\n") == [2])
        #expect(lines(.noLooseEnds, "let template = \"spill-XX" + "XXXX\"\n") == [])
    }

    @Test func bannedCallsAreFoundOutsideTheirHomes() throws {
        let date = try rule(banning: "Date()")
        #expect(lines(date, "let now = Date()\nlet b = SomeDate()\n// Date()\n") == [1])
        #expect(lines(date, "Date()", in: "Sources/RetierRun/Workspace/Clock.swift") == [])
        let printing = try rule(banning: "print(")
        #expect(lines(printing, "print(1)\nfootprint(2)\nwriter.print(3)\n") == [1])
        #expect(lines(printing, "print(1)", in: "Sources/retier/Output.swift") == [])
        #expect(lines(try rule(banning: "try!"), "let a = try! f()\n") == [1])
        #expect(lines(try rule(banning: ".random("), "Int.random(in: 0...1)\nitems.shuffled()\n") == [1])
    }

    @Test func typesSpeakTheGlossary() {
        #expect(lines(.plainNames, "package struct UserFacts {}\nstruct MemberFacts {}\nenum Reuse {}\n") == [1])
        #expect(lines(.plainNames, "    private final class DateHelper {\n") == [1])
        #expect(lines(.plainNames, "// struct Customer\nlet customer = 1\n") == [])
    }

    @Test func explanationsNameRuleReasonRemedyAndPlace() {
        let finding = HouseRule.Finding(path: "Sources/A.swift", line: 3, what: "501 lines")
        let text = HouseRule.fileLength.explanation(of: [finding])
        for part in ["500 lines", "why:", "instead:", "Sources/A.swift:3: 501 lines"] { #expect(text.contains(part)) }
    }
}
