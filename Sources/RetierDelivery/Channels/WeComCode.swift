package import Foundation

/// The codes of WeCom (path/90313), one table for robots, applications and tasks: decide by `errcode`, never by
/// `errmsg` or the status.
package enum WeComCode {
    private struct Fields: Decodable {
        var errcode: Int
    }

    package static let mediaInvalid = 40_007
    package static let badCredential = 40_001
    package static let tokenCodes: Set<Int> = [40_014, 41_001, 42_001]

    /// The number in an answer; nil where it is not a JSON object with a whole number.
    package static func number(in body: Data) -> Int? { CodedAnswer.json(Fields.self, in: body)?.errcode }

    /// The verdict in an answer; nil where it holds none.
    package static func answer(in body: Data) -> CodedAnswer? {
        number(in: body).map { number in
            let entry = entry(of: number)
            return CodedAnswer(code: "wecom-\(number)", meaning: entry?.meaning, note: entry?.note)
        }
    }

    /// What is known of a code.
    ///
    /// A minute's limit lifts after 60 seconds. An invalid token is no fault of the message: whoever holds tokens gets
    /// a new one and asks again once.
    private static func entry(of number: Int) -> (meaning: CodeMeaning, note: String?)? {
        switch number {
        case 0: (.done, nil)
        case -1: (.retry, "system busy")
        case 6_000: (.retry, "data version conflict")
        case 41_063: (.retry, "the mass message is still being handed out")
        case 45_033: (.retry, "too many calls at once: lower the concurrency")
        case 45_009, 45_011: (.throttled(seconds: 60), "called too often")
        case 40_001, 40_013, 40_091, 40_125: (.gone, "bad secret or corporation id")
        case 40_014, 41_001, 42_001: (.retry, "the access token is invalid or has expired")
        case 40_056: (.gone, "bad agent id")
        case 60_020: (.gone, "this machine's address is not in the application's trusted list")
        case 93_000: (.gone, "the address is invalid, or the robot was removed from the group")
        case 93_004: (.gone, "the robot was stopped")
        case 93_008: (.gone, "the robot is not in the group")
        case 48_002, 301_002: (.gone, "the application has no permission for this")
        case 40_003, 40_031, 40_096, 41_048, 60_111, 81_013, 84_061: (.refused, "no receiver is known")
        case 40_008: (.refused, "bad message type or bad JSON")
        case 40_033, 40_035, 40_063: (.refused, "bad or missing parameter")
        case 40_058: (.refused, "bad or too long parameter")
        case 44_001, 44_004: (.refused, "empty content")
        case 45_001, 45_002, 45_007, 45_008: (.refused, "too large or too long")
        case 45_034: (.refused, "a link without its scheme")
        case 40_004, 40_005, 40_006, 40_009: (.refused, "bad media type or size")
        case mediaInvalid: (.refused, "the uploaded file is unknown or has expired")
        case 301_019: (.refused, "the file's digest differs")
        default: nil
        }
    }
}
