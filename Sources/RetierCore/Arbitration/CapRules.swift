/// The caps of a run as bits, and what earlier sends fill of them.
struct CapRules: Sendable {
    /// The programme's caps and those of its channels; at most 64.
    let caps: [FrequencyCap]
    /// What evidence says of each that is full.
    let grounds: [Verdict.Ground]
    /// The first day whose sends each counts.
    private let starts: [Day]
    private let firstStart: Day
    /// Which caps count an earlier send, by channel and marks in the history's texts.
    private let countedBy: [UInt64]
    private let texts: Int

    init(_ arbitration: Arbitration) {
        let ofChannels = arbitration.channels.compactMap { channel in
            channel.cap.map { FrequencyCap(id: channel.id, max: $0.max, window: $0.window, channels: [channel.id]) }
        }
        let caps = ofChannels + arbitration.caps.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
        precondition(caps.count <= 64, "a programme has 64 caps at the most")
        self.caps = caps
        grounds = caps.map { cap in
            .facts([
                Verdict.Evidence("cap", cap.id), Verdict.Evidence("max", String(cap.max)),
                Verdict.Evidence("per", cap.window.description),
            ])
        }
        starts = caps.map { $0.start(on: arbitration.asOf) }
        firstStart = starts.min() ?? arbitration.asOf
        let history = arbitration.history.texts
        texts = history.count
        countedBy = history.flatMap { channel in
            history.map { CapRules.bits(of: caps, channel: channel, SendMarks(text: $0)) }
        }
    }

    /// The caps that are about a send and to which it counts.
    static func bits(of caps: [FrequencyCap], channel: String, _ marks: SendMarks) -> UInt64 {
        caps.indices.reduce(0) { bits, position in
            let cap = caps[position]
            let counts = cap.covers(channel: channel, tags: marks.tags) && marks.counts.contains(cap.id)
            return counts ? bits | 1 << UInt64(position) : bits
        }
    }

    /// The sends of a member, in the order of their days, of which a cap may count some.
    func recent(_ sends: ArraySlice<SendHistory.Item>) -> ArraySlice<SendHistory.Item> {
        // From the end: a history is much longer than what caps look back upon.
        sends.suffix(from: sends.lastIndex { $0.day < firstStart }.map { $0 + 1 } ?? sends.startIndex)
    }

    /// The caps that count an earlier send on the run's day.
    func counting(_ send: SendHistory.Item) -> UInt64 {
        guard send.fillsCap else { return 0 }
        var bits = countedBy[Int(send.channel) * texts + Int(send.marks)]
        forEach(bits) { if send.day < starts[$0] { bits &= ~(1 << UInt64($0)) } }
        return bits
    }

    /// Calls `body` with the position of each bit.
    @inline(__always)
    func forEach(_ bits: UInt64, _ body: (Int) -> Void) {
        var rest = bits
        while rest != 0 {
            body(rest.trailingZeroBitCount)
            rest &= rest - 1
        }
    }
}

/// How many sends of one member each cap counts.
struct CapCounts {
    private var used: [Int]
    private(set) var full: UInt64 = 0

    init(_ rules: CapRules) { used = Array(repeating: 0, count: rules.caps.count) }

    mutating func reset(_ rules: CapRules) {
        full = 0
        for position in used.indices {
            used[position] = 0
            if rules.caps[position].max <= 0 { full |= 1 << UInt64(position) }
        }
    }

    mutating func add(_ bits: UInt64, _ rules: CapRules) {
        rules.forEach(bits) { position in
            used[position] += 1
            if used[position] >= rules.caps[position].max { full |= 1 << UInt64(position) }
        }
    }
}
