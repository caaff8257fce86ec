/// Incoming webhooks of Slack: words in plain text and HTTP statuses that mean something.
package struct SlackRules: ServiceRules {
    /// One webhook.
    package struct Hook: Sendable {
        /// Everything is answered so, such as 410 `channel_is_archived`.
        var stoppedWith: (status: Int, word: String)?
        /// Messages that may come at once; one more is earned each second.
        var burst: Int64
        var creditMilliseconds: Int64
        var creditAt: Int64 = 0
        var quietUntil: Int64 = 0

        package init(burst: Int = 3) {
            self.burst = Int64(burst)
            creditMilliseconds = Int64(burst) * 1_000
        }
    }

    /// By path, such as `/services/T0/B0/secret`.
    var hooks: [String: Hook]

    package init(hooks: [String: Hook]) { self.hooks = hooks }

    package func refusal(code: Int, message: String) -> SimulatorReply {
        SimulatorReply(
            status: code, contentType: "text/plain; charset=utf-8", body: message,
            decision: code == 200 ? "ok" : message)
    }

    package mutating func reply(to request: SimulatorRequest, log: inout SimulatorLog) -> SimulatorReply {
        guard let hook = hooks[request.path] else { return refusal(code: 404, message: "no_service") }
        if let stop = hook.stoppedWith { return refusal(code: stop.status, message: stop.word) }
        guard request.method == "POST" else { return refusal(code: 400, message: "invalid_payload") }
        if let wait = secondsToWait(request, log: &log) {
            var reply = refusal(code: 429, message: "rate_limited")
            reply.headers["Retry-After"] = "\(wait)"
            return reply
        }
        guard request.mediaType == "application/json", let body = SimulatorJSON.parse(request.body),
            body.object != nil
        else { return refusal(code: 400, message: "invalid_payload") }
        let blocks = body["blocks"]?.array ?? []
        if body["blocks"] != nil, blocks.isEmpty || blocks.count > 50 {
            return refusal(code: 400, message: "invalid_blocks")
        }
        if let count = body["attachments"]?.array?.count, count > 100 {
            return refusal(code: 400, message: "too_many_attachments")
        }
        let text = body["text"]?.string ?? ""
        guard !text.isEmpty || !blocks.isEmpty else { return refusal(code: 400, message: "no_text") }
        note(text, request, log: &log)
        let shown = ([text] + blocks.flatMap { $0["text"]?.allStrings ?? [] }).filter { !$0.isEmpty }
        log.show(request, kind: blocks.isEmpty ? "text" : "blocks", text: shown.joined(separator: "\n"))
        return refusal(code: 200, message: "ok")
    }

    /// A bucket of a few messages that fills by one a second.
    private mutating func secondsToWait(_ request: SimulatorRequest, log: inout SimulatorLog) -> Int64? {
        guard var hook = hooks[request.path] else { return nil }
        defer { hooks[request.path] = hook }
        let now = request.milliseconds
        if now < hook.quietUntil, now > hook.creditAt {
            log.violate(request, "came \(hook.quietUntil - now) ms before Retry-After was over")
        }
        let earned = max(0, now - hook.creditAt)
        hook.creditMilliseconds = min(hook.burst * 1_000, hook.creditMilliseconds + earned)
        hook.creditAt = now
        guard hook.creditMilliseconds >= 1_000 else {
            let wait = max(1, (1_000 - hook.creditMilliseconds + 999) / 1_000)
            hook.quietUntil = now + wait * 1_000
            return wait
        }
        hook.creditMilliseconds -= 1_000
        return nil
    }

    private func note(_ text: String, _ request: SimulatorRequest, log: inout SimulatorLog) {
        if text.count > 40_000 { log.violate(request, "text over 40000 characters is cut") }
        if text.contains(/&(?!amp;|lt;|gt;)/) { log.violate(request, "& is not written as &amp;") }
        if text.contains(/<(?![@#!]|https?:|mailto:)/) { log.violate(request, "< is not written as &lt;") }
    }
}

package typealias SlackSimulator = ChannelSimulator<SlackRules>

extension ChannelSimulator where Rules == SlackRules {
    /// The address of a webhook, as Slack hands it out.
    package func url(path: String) -> String { origin + path }

    /// From now on the webhook answers everything so, such as 410 `channel_is_archived` or 403 `action_prohibited`.
    package func stopHook(path: String, status: Int, word: String) {
        change { rules, _, _ in rules.hooks[path]?.stoppedWith = (status, word) }
    }

    package func restartHook(path: String) { change { rules, _, _ in rules.hooks[path]?.stoppedWith = nil } }
}
