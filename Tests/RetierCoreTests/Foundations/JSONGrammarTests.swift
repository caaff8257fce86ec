import Testing

@testable import RetierCore

/// Cases in the manner of RFC 8259 and of the public list of parsing minefields, written anew.
struct JSONGrammarTests {
    @Test(arguments: [
        "{}", "[]", " [ ] ", "{\"a\":1}", "[1,-0,0.5,1e9,1E-2,-12.25e+3,true,false,null,\"\"]", "[[[[]]]]",
        "{\"\":{\"\":[]}}", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"]", "[\"日本 🎉 \u{7F}\u{2028}\"]",
        "\t\r\n{\"a\" : [ 1 , 2 ] }\n", "{\"a\":{\"a\":1},\"A\":[{\"a\":1},{\"a\":2}]}",
        "{\"\u{E9}\":1,\"e\u{301}\":2,\"\\\\u0061\":3,\"a\":4,\"n\":5,\"\\n\":6,\"\\\\n\":7}",
    ])
    func whatTheGrammarAllowsHasNoFault(text: String) { #expect(JSONGrammar.fault(in: Array(text.utf8)) == nil) }

    @Test(arguments: [
        ("", 0), ("1", 0), ("\"a\"", 0), ("null", 0), ("[1,]", 3), ("{\"a\":1,}", 7), ("[,1]", 1), ("[1 2]", 3),
        ("{\"a\" 1}", 5), ("{a:1}", 1), ("{'a':1}", 1), ("{\"a\":}", 5), ("[01]", 2), ("[1.]", 3), ("[.5]", 1),
        ("[+1]", 1), ("[1e]", 3), ("[-]", 2), ("[tru]", 4), ("[True]", 1), ("[NaN]", 1), ("[\"a]", 4), ("[\"\n\"]", 2),
        ("[\"\\x\"]", 3), ("[\"\\u12g4\"]", 6), ("[]]", 2), ("{}{}", 2), ("[1", 2), ("{\"a\":1", 6), ("/* */ []", 0),
        ("[1,\u{FEFF}2]", 3), ("\u{FEFF}{}", 0), ("[\"\\\"]", 5),
    ])
    func faultIsFoundWhereItIs(text: String, offset: Int) {
        #expect(JSONGrammar.fault(in: Array(text.utf8)) == offset)
    }

    /// Of a name that stands twice the second is the fault, however it is written.
    @Test(arguments: [
        ("{\"a\":1,\"a\":2}", 7), ("[{\"a\":1, \"b\":2, \"a\":3}]", 16), ("{\"\":1,\"\":1}", 6),
        ("{\"a\":1,\"\\u0061\":2}", 7),
        ("{\"\\u00E9\":1,\"\u{E9}\":2}", 12), ("{\"\\uD83D\\uDE00\":1,\"😀\":2}", 18), ("{\"\\/\":1,\"/\":2}", 8),
        ("{\"\\n\":1,\"\\u000a\":2}", 8), ("{\"b\":{\"a\":1,\"a\":2}}", 12),
    ])
    func aNameStandsOnceInAnObject(text: String, offset: Int) {
        #expect(JSONGrammar.fault(in: Array(text.utf8)) == offset)
    }

    @Test func depthIsBounded() {
        func nested(_ depth: Int) -> [UInt8] {
            Array(String(repeating: "[", count: depth).utf8) + Array(String(repeating: "]", count: depth).utf8)
        }
        #expect(JSONGrammar.fault(in: nested(100)) == nil)
        #expect(JSONGrammar.fault(in: nested(101)) == 100)
        #expect(JSONGrammar.fault(in: nested(1_000_000)) == 100)
    }
}
