import RetierCore

/// Every key of `canary`.
enum CanaryShape {
    static let keys = [
        Key(
            "share", .either([.choice(["off"]), .text(.percent)]), fallback: "off", zh: "先发送给多少比例的会员",
            en: "the share of the members to whom a run is sent first"),
        Key(
            "max_failed", .text(.percent), fallback: "\(CanarySettings().maxFailed / 100)%",
            zh: "试发动作中最多失败的比例，超过则停止", en: "of the sample's actions so many may fail; more stop the rest"),
        Key(
            "wait", .text(.period), zh: "提交后至少等待多久再判断",
            en: "how long to wait at least before the sample is judged, such as PT2H"),
    ]
}

extension CanarySettings {
    /// Reads the part `canary` of `retier.yaml`.
    init(_ node: YAMLNode?, _ findings: inout Findings) {
        self.init()
        if let share = node?["share"]?.basisPoints {
            if (1...10_000).contains(share) {
                self.share = share
            } else {
                findings.add(
                    "bad-value", at: node?["share"], message: "a canary of \(share / 100)% of the members is none",
                    hint: "write a share above 0%, such as 1%, or off")
            }
        }
        if let share = node?["max_failed"]?.basisPoints { maxFailed = share }
        guard let wait = node?["wait"]?.period else { return }
        if wait.months == 0 {
            waitSeconds = (wait.days * 24 + wait.hours) * 3_600
        } else {
            findings.add(
                "bad-value", at: node?["wait"], message: "a canary cannot wait for months",
                hint: "write hours or days, such as PT2H or P1D")
        }
    }
}
