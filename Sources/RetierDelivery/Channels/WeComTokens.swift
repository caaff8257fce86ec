import Foundation
import RetierCore
import Synchronization

/// The access tokens of WeCom applications (path/91039), shared by all endpoints of one delivery.
///
/// A token serves two hours, and asking often is throttled, so it is kept in memory and in a file that only its owner
/// may read. Attempts under way at once ask for one token only: the others wait for it.
///
/// Printing it shows nothing.
package final class WeComTokens: Sendable, CustomReflectable {
    /// Where an application's token comes from.
    struct Source: Sendable {
        /// Made of everything that a token belongs to; it is the name of its file, too.
        var key: String
        /// The whole address that gives a token.
        var url: String
    }

    private struct Token: Codable, Sendable {
        var token: String
        /// Seconds since 1970.
        var expires_at: Int64
        /// A new one is asked for from here on.
        var renew_at: Int64

        func serves(at now: Instant) -> Bool {
            // What claims to live longer than any token was written by a clock that went wrong.
            now.seconds < renew_at && renew_at <= expires_at && expires_at - now.seconds <= WeComTokens.longestLife
        }
    }

    private struct Entry: Sendable {
        enum State: Sendable {
            case none
            case asked(since: Instant)
            case held(Token)
            case failed(DeliveryOutcome)
        }

        var state = State.none
        /// Counts the requests for a token; whoever waited for one shares its failure.
        var round = 0
    }

    private enum Choice {
        case use(String)
        case ask
        case wait(round: Int)
        case fail(DeliveryOutcome)
    }

    static let longestLife: Int64 = 86_400
    /// After so many seconds a request for a token has ended, whatever became of it.
    private static let patienceSeconds: Int64 = 120

    private let directory: String
    private let entries = Mutex<[String: Entry]>([:])

    /// - Parameter directory: where the files are; it is made when the first token is kept.
    package init(directory: String) { self.directory = directory }

    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Goes on with a token, after asking for one where none is there.
    func with(
        _ source: Source, at now: Instant, waitedFor round: Int? = nil,
        then: @escaping @Sendable (_ token: String, Instant) -> ChannelStep
    ) -> ChannelStep {
        switch choose(source, at: now, waitedFor: round) {
        case .use(let token): then(token, now)
        case .fail(let outcome): .end(outcome)
        case .wait(let round): .wait { self.with(source, at: $0, waitedFor: round, then: then) }
        case .ask:
            .request(HTTPRequest(.get, url: source.url, headers: [])) { exchange, now in
                switch self.learn(source, from: exchange, at: now) {
                case .success(let token): then(token, now)
                case .failure(let failure): .end(failure.outcome)
                }
            }
        }
    }

    /// Drops a token that WeCom no longer takes, unless there is a newer one by now.
    func forget(_ token: String, of source: Source) {
        entries.withLock { entries in
            guard case .held(let held) = entries[source.key]?.state, held.token == token else { return }
            entries[source.key]?.state = .none
        }
        try? FileManager.default.removeItem(atPath: path(of: source))
    }

    private func choose(_ source: Source, at now: Instant, waitedFor round: Int?) -> Choice {
        entries.withLock { entries in
            var entry = entries[source.key] ?? Entry(state: read(source).map { .held($0) } ?? .none)
            defer { entries[source.key] = entry }
            switch entry.state {
            case .held(let token) where token.serves(at: now): return .use(token.token)
            case .asked(let since) where now.seconds - since.seconds < Self.patienceSeconds:
                return .wait(round: entry.round)
            case .failed(let outcome) where round == entry.round: return .fail(outcome)
            case .none, .asked, .held, .failed:
                entry.round += 1
                entry.state = .asked(since: now)
                return .ask
            }
        }
    }

    private struct Failure: Error {
        var outcome: DeliveryOutcome
    }

    private struct Answer: Decodable {
        var access_token: String
        var expires_in: Int64
    }

    /// Takes the answer of `gettoken`; the message itself has not left, so that no failure is ambiguous.
    private func learn(_ source: Source, from exchange: HTTPExchange, at now: Instant) -> Result<String, Failure> {
        var outcome = CodedAnswer.outcome(of: exchange, service: "wecom", read: WeComCode.answer)
        if outcome.verdict == .delivered {
            if let answer = CodedAnswer.json(Answer.self, in: exchange.body),
                (1...2_048).contains(answer.access_token.utf8.count), answer.expires_in > 0
            {
                let token = token(answer, at: now)
                entries.withLock { $0[source.key]?.state = .held(token) }
                keep(token, of: source)
                return .success(token.token)
            }
            outcome = DeliveryOutcome(.retry, code: "wecom-unreadable", leftUs: false)
        }
        let failure = outcome.preparing("token")
        entries.withLock { $0[source.key]?.state = .failed(failure) }
        return .failure(Failure(outcome: failure))
    }

    /// WeCom gives the same token again until it expires, so that a short rest is not asked for over and over.
    private func token(_ answer: Answer, at now: Instant) -> Token {
        let life = min(answer.expires_in, Self.longestLife)
        return Token(
            token: answer.access_token, expires_at: now.seconds + life,
            renew_at: now.seconds + life - min(300, life / 10))
    }

    private func path(of source: Source) -> String { directory + "/wecom-" + source.key + ".json" }

    /// The token in the file; nil where there is none that can be trusted.
    private func read(_ source: Source) -> Token? {
        let file = open(path(of: source), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_uid == geteuid(),
            facts.st_mode & 0o077 == 0, facts.st_size <= 8_192
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: 8_192)
        let count = Foundation.read(file, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return CodedAnswer.json(Token.self, in: Data(bytes[..<count]))
    }

    /// Writes the file whole or not at all.
    ///
    /// Nothing is lost where that fails: the next delivery asks WeCom again.
    private func keep(_ token: Token, of source: Source) {
        guard let content = try? JSONEncoder().encode(token) else { return }
        _ = mkdir(directory, 0o700)
        let temporary = path(of: source) + ".\(getpid()).part"
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return }
        let count = content.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        close(file)
        guard count == content.count, rename(temporary, path(of: source)) == 0 else {
            unlink(temporary)
            return
        }
    }
}
