@testable import ChannelSimulators
import Foundation
import Testing

/// How requests are taken apart.
@Suite struct ReadingTests {
    @Test func queriesAreDecodedAsForms() {
        let (path, items) = SimulatorRequest.parts(of: "/a/b?x=1%2B2&y=a+b&z&x=3&%E5%90%8D=%E7%8E%8B")
        #expect(path == "/a/b")
        #expect(items.map(\.name) == ["x", "y", "z", "x", "名"] && items.map(\.value) == ["1+2", "a b", "", "3", "王"])
    }

    @Test func jsonKeepsTypesApartAndRefusesWhatIsNone() throws {
        let json = try #require(SimulatorJSON.parse(Data(#"{"a":true,"b":1,"c":"1","d":[1.5,null]}"#.utf8)))
        #expect(json["a"] == .bool(true) && json["b"] == .integer(1) && json["c"] == .string("1"))
        #expect(json["d"] == .array([.number(1.5), .null]) && json["a"]?.integer == nil && json["b"]?.bool == nil)
    }

    @Test(arguments: [
        "", " ", "{", "{}}", "{} {}", #"{"a":1,}"#, "[1,]", "[,1]", "{'a':1}", "{a:1}", #"{"a" 1}"#, #"{"a":}"#, "01",
        "1.", ".5",
        "+1", "1e", "NaN", #"{"a":NaN}"#, "tru", "nulll", #""a"#, "\"a\nb\"", #""\x""#, #""\u12""#, #""\ud800""#,
        #""\ud800\u0041""#, #"{"a":1,"a":2}"#, "\u{FEFF}{}", #"{"a":1}//"#,
    ])
    func whatIsNoJSONIsRefused(text: String) {
        #expect(SimulatorJSON.parse(Data(text.utf8)) == nil)
        #expect(SimulatorJSON.parse(Data([0x22, 0xFF, 0x22])) == nil)
    }

    @Test(
        arguments: [
            ("0", .integer(0)), ("-1", .integer(-1)), ("1.5e3", .number(1_500)), (" [ ] ", .array([])),
            ("{ }", .object([:])),
            (#""\ud83d\ude00\u738b\n\/""#, .string("😀王\n/")),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            (#"{"a":{"b":[{"c":"d"}]}}"#, .object(["a": .object(["b": .array([.object(["c": .string("d")])])])])),
        ] as [(String, SimulatorJSON)])
    func jsonIsReadAndWritten(text: String, value: SimulatorJSON) {
        #expect(SimulatorJSON.parse(Data(text.utf8)) == value)
        #expect(SimulatorJSON.parse(Data(value.text.utf8)) == value)
    }

    private func form(_ lines: [String], type: String = "multipart/form-data; boundary=XX") throws -> MultipartForm {
        try MultipartForm(contentType: type, body: Data(lines.joined(separator: "\r\n").utf8))
    }

    @Test func aFormIsReadByTheLetter() throws {
        let form = try form([
            "--XX", #"Content-Disposition: form-data; name="media"; filename="名单;1.csv"; filelength=6"#,
            "Content-Type: application/octet-stream", "", "a,b\r\n1", "--XX", "content-disposition: form-data; name=x",
            "", "", "--XX--", "",
        ])
        #expect(form.parts.count == 2 && form.parts[0].bytes == Data("a,b\r\n1".utf8) && form.parts[1].bytes.isEmpty)
        #expect(form.parts[0].parameters == ["name": "media", "filename": "名单;1.csv", "filelength": "6"])
        #expect(form.parts[1].parameters == ["name": "x"])
    }

    @Test(arguments: [
        ["--YY", "Content-Disposition: form-data; name=a", "", "x", "--YY--"],
        ["--YY", "Content-Disposition: form-data; name=a", "", "x", "--XX--"],
        ["--XX", "Content-Disposition: form-data; name=a", "", "x", "--XX"],
        ["--XX", "Content-Disposition: form-data; name=a", "", "x"],
        ["--XX", "Content-Type: text/plain", "", "x", "--XX--"],
        ["--XX", "Content-Disposition: attachment; name=a", "", "x", "--XX--"],
        ["--XX", "Content-Disposition: form-data; name=a", "x", "--XX--"],
        ["", "--XX", "Content-Disposition: form-data; name=a", "", "x", "--XX--"],
        ["--XX", "Content-Disposition: form-data; name=a", "", "x", "--XX-"],
    ])
    func aSlipInAFormIsRefused(lines: [String]) {
        #expect(throws: MultipartForm.Malformed.self) { try form(lines) }
    }

    @Test(arguments: ["application/json", "multipart/form-data", "multipart/form-data; boundary=\"\""])
    func aFormWithoutABoundaryIsRefused(type: String) {
        #expect(throws: MultipartForm.Malformed.self) {
            try form(["--XX", "Content-Disposition: form-data; name=a", "", "x", "--XX--"], type: type)
        }
    }

    @Test func aWindowForgetsWhatIsExactlyOneSpanOld() {
        var window = SlidingWindow(limit: 2, seconds: 60)
        for time in [0, 30_000] as [Int64] {
            let hasRoom = window.hasRoom(at: time)
            #expect(hasRoom)
            window.count(at: time)
        }
        let (before, after) = (window.hasRoom(at: 59_999), window.hasRoom(at: 60_000))
        #expect(!before && after)
    }
}

extension SimulatorFaults {
    func isPlayed(number: Int) -> Bool {
        fault(
            SimulatorRequest(
                number: number, numberOnPath: number, milliseconds: 0, method: "POST", path: "/", query: [],
                headers: [:],
                repeatedHeaders: [], body: Data())) != nil
    }
}
