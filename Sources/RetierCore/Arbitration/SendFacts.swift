/// What evidence says of earlier sends, each made once: thousands of members got the same on the same day.
struct SendFacts {
    private struct Key: Hashable {
        var day: Day
        var playbook: UInt16
    }

    private var known: [Key: Verdict.Ground] = [:]

    mutating func ground(of send: SendHistory.Item, in history: SendHistory) -> Verdict.Ground {
        let key = Key(day: send.day, playbook: send.playbook)
        if let ground = known[key] { return ground }
        let ground = Verdict.Ground.fact("sent", send.day.description + " " + history.texts[Int(send.playbook)])
        known[key] = ground
        return ground
    }
}
