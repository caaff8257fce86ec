import Foundation
package import RetierCore
import RetierDelivery
package import RetierLedger

/// Drains the outbox: claims (durably), sends, records (durably), until nothing is due.
///
/// Where sending lives: the order of steps here; what each event means in `OutboxEntry`; rows in `Outbox`; bytes in
/// `CurlTransport` and `FileCarrier`. A courier that dies at any point leaves claimed messages behind; the next one
/// takes them back.
package struct Courier: Sendable {
    /// The durable steps, in the order in which they happen; tests stop a courier dead after any of them.
    package enum Step: String, CaseIterable, Sendable {
        case recovered, expired, exchanged, submitted, collected, judged, ended
    }

    package struct Options: Sendable {
        /// The longest wait for a receiver (a retry, a hold, a breaker) before it is left to the next delivery.
        package var patienceSeconds: Int64 = 10
        /// The longest wait for this side's own politeness: rate limits, half hours.
        package var ownPatienceSeconds: Int64 = 300
        /// Results are recorded when so many are there.
        package var groupSize = 2_048
        /// Results are recorded when one may have waited so long, however few there are.
        package var groupMilliseconds = 200
        /// Messages of one endpoint that may be claimed ahead of the requests in flight.
        ///
        /// Requests go on while the ledger writes and the disk has its say. What a crash sends twice is among them.
        package var claimAhead = 8_192
        /// The same at the beginning and after a failure.
        package var firstAhead: Int { min(claimAhead, 48) }
        /// How many may be claimed ahead after so many results of an endpoint.
        ///
        /// Few at first, more while all goes well, so that a receiver that is down is not called hundreds of times
        /// before the news is recorded; and of a slow one no more than what it takes in about a second, because a crash
        /// sends again what was claimed.
        package func ahead(after before: Int?, ended: Int, isWell: Bool) -> Int {
            guard isWell else { return firstAhead }
            return max(firstAhead, min(2 * (before ?? firstAhead), 4 * ended, claimAhead))
        }

        /// Called after each step; an error thrown from it stops the courier dead, as a crash would.
        package var afterStep: @Sendable (Step) throws -> Void = { _ in }

        package init() {}
    }

    private let ledger: Ledger
    private let programme: Programme
    private let brandDirectory: String
    private let clock: @Sendable () -> Instant
    private let secrets: Secrets
    private let options: Options

    package init(
        ledger: Ledger, programme: Programme, brandDirectory: String, clock: @escaping @Sendable () -> Instant,
        secrets: Secrets, options: Options = Options()
    ) {
        self.ledger = ledger
        self.programme = programme
        self.brandDirectory = brandDirectory
        self.clock = clock
        self.secrets = secrets
        self.options = options
    }

    /// Sends what is due and waits for short retries and for the endpoints' own pace.
    ///
    /// - Parameter stop: when set, requests in flight end and are recorded, and what is only claimed goes back.
    /// - Returns: what was done and what is left.
    /// - Throws: `RetierError` where another delivery is under way or the ledger cannot be written. A failed delivery
    /// is not an error.
    package func deliver(until stop: StopFlag) throws -> DeliverySummary {
        let lock = try CourierLock(besideLedger: ledger.path)
        let dispatch = try Dispatch(
            programme: programme, brandDirectory: brandDirectory, secrets: secrets, clock: clock)
        var round = DeliveryRound(
            outbox: Outbox(ledger, quiet: programme.quietCalendar), dispatch: dispatch, options: options, clock: clock,
            stop: stop)
        do {
            try round.run()
        } catch {
            dispatch.abandon()
            throw error
        }
        _ = consume lock
        return round.summary
    }
}
