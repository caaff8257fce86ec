import RetierTestSupport
import Testing

/// Texts that are planted where secrets and member data belong, and must be seen nowhere else.
enum Marks {
    static let secret = "PLANTEDSECRET"

    /// Expects neither output to show a planted text; every failing command goes through here.
    static func expectUnseen(in run: ProcessRun, _ what: String, location: SourceLocation = #_sourceLocation) {
        for mark in [secret, SampleWorld.mark] where run.output.contains(mark) || run.errors.contains(mark) {
            Issue.record("\(what) shows \(mark): \(run.errors)", sourceLocation: location)
        }
    }
}

extension ProcessRun {
    /// Expects a failure: this exit code, words with this text on standard error, no data and no planted text.
    func expectFailure(
        _ code: Int32, saying words: String = "", output: Bool = false, location: SourceLocation = #_sourceLocation
    ) {
        #expect(status == code && !endedBySignal, "exit \(status): \(errors)", sourceLocation: location)
        #expect(!errors.isEmpty, "it says nothing", sourceLocation: location)
        #expect(words.isEmpty || errors.contains(words), "\(words) is not in: \(errors)", sourceLocation: location)
        #expect(output || self.output.isEmpty, "words on standard output: \(self.output)", sourceLocation: location)
        Marks.expectUnseen(in: self, "the command", location: location)
    }

    /// Expects exit code 0.
    func expectSuccess(location: SourceLocation = #_sourceLocation) {
        #expect(status == 0 && !endedBySignal, "exit \(status): \(errors)", sourceLocation: location)
    }
}
