/// A call that must not be written in `Sources`, except where it has its one home.
struct BannedCall: Sendable {
    var call: String
    var reason: String
    var remedy: String
    /// Path prefixes below `Sources/` in which it is at home.
    var allowed: [String] = []

    private static let clock = ["RetierRun/Workspace/Clock", "RetierLoopback/"]
    private static let replay = "a run must replay: the same inputs give the same plan"
    private static let takeTime = "take the moment or day as an argument; the one clock is in RetierRun"
    private static let takeSeed = "use StableHash of named parts, or SplitMix64 with a configured seed"

    static let all: [BannedCall] = [
        BannedCall(call: "Date()", reason: replay, remedy: takeTime, allowed: clock),
        BannedCall(call: "Date.now", reason: replay, remedy: takeTime, allowed: clock),
        BannedCall(
            call: "Date(timeIntervalSinceNow", reason: replay, remedy: takeTime,
            // How long a thread waits for another one.
            allowed: clock + ["RetierDelivery/Completions.swift"]),
        BannedCall(call: ".random(", reason: replay, remedy: takeSeed),
        BannedCall(call: ".randomElement()", reason: replay, remedy: takeSeed),
        BannedCall(call: ".shuffled()", reason: replay, remedy: takeSeed),
        BannedCall(call: "SystemRandomNumberGenerator", reason: replay, remedy: takeSeed),
        BannedCall(
            call: "hashValue", reason: "Swift seeds it anew in every process", remedy: "use StableHash"),
        BannedCall(
            call: "print(", reason: "data goes to stdout and words to stderr, both by the command's one output",
            remedy: "return a value and let Sources/retier print it", allowed: ["retier/"]),
        BannedCall(
            call: "try!", reason: "a crash in the middle of a run is a lost explanation",
            remedy: "throw, or make the failure impossible by type"),
        BannedCall(
            call: "fatalError(", reason: "a crash in the middle of a run is a lost explanation",
            remedy: "throw a RetierError, or use `precondition` for what cannot happen"),
        BannedCall(
            call: "@unchecked Sendable", reason: "it silences the one check that finds data races",
            remedy: "use a value, a Mutex, or a lock-free design; where C forces it, list the file in BannedCall.swift",
            // Handles of curl, and the sorter's buffers and pipes, each handed from one thread to the next.
            allowed: ["RetierDelivery/", "RetierLedger/Import/", "RetierLedger/Facts/"]),
    ]

    /// The rule that finds it.
    var rule: HouseRule {
        HouseRule(name: "no `\(call)` in Sources", reason: reason, remedy: remedy) { source in
            guard source.path.hasPrefix("Sources/") else { return [] }
            let place = source.path.dropFirst("Sources/".count)
            guard !allowed.contains(where: { place.hasPrefix($0) }) else { return [] }
            var findings: [HouseRule.Finding] = []
            for (index, line) in source.codeLines.enumerated() where isCalled(in: line) {
                findings.append(HouseRule.Finding(path: source.path, line: index + 1, what: call))
            }
            return findings
        }
    }

    /// Whether a line of code contains the call and not just a longer name that ends like it.
    private func isCalled(in line: String) -> Bool {
        var rest = line[...]
        while let found = rest.firstRange(of: call) {
            let before = rest[..<found.lowerBound].last
            let startsName = call.first?.isLetter == true
            let isLongerName = before.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." } ?? false
            if !(startsName && isLongerName) { return true }
            rest = rest[found.upperBound...]
        }
        return false
    }
}
