/// When a message is tried again after a failed attempt.
///
/// With delays of 5, 300 and 1,800 seconds there are four attempts: at once, and after each of the three delays.
package struct RetrySchedule: Hashable, Sendable {
    /// Seconds before attempt 2, 3, ...; none is negative.
    package var delaysSeconds: [Int]

    package init(delaysSeconds: [Int]) { self.delaysSeconds = delaysSeconds }

    /// Seconds to wait after a number of failures (1 for the first), or nil where the attempts are used up.
    ///
    /// The delay is spread by +-20 % with a stable hash of the message and the number, so that a thousand messages
    /// that failed together do not come back together and a replay gives the same times. A receiver's Retry-After
    /// counts from once to twice that delay, as in Svix: nobody may hurry a message or park it for ever.
    package func delaySeconds(failures: Int, messageID: String, retryAfterSeconds: Int? = nil) -> Int? {
        guard failures >= 1, failures <= delaysSeconds.count else { return nil }
        let delay = delaysSeconds[failures - 1]
        let share = StableHash.of("retry", messageID, String(failures)) % 4_001
        let jittered = (delay * (8_000 + Int(share)) + 5_000) / 10_000
        guard let wish = retryAfterSeconds else { return jittered }
        return min(max(wish, jittered), 2 * jittered)
    }
}
