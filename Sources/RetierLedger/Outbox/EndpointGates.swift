import GRDB
import RetierCore

/// The gates of all endpoints within one transaction: read once, changed as messages begin and end, written at its end.
///
/// An endpoint without rate limits of which nothing bad is known costs one look into a dictionary.
struct EndpointGates {
    /// A change of health to be recorded: the endpoint as it was right after it.
    struct Change {
        var effect: EndpointEffect
        var row: EndpointRow
        var at: Instant
    }

    private struct Entry {
        var row: EndpointRow
        var before: EndpointRow
        /// The calls as they are in the ledger; nil where they were not read.
        var storedUses: RateUses?
    }

    private let database: Database
    private var entries: [String: Entry] = [:]
    private var changes: [Change] = []

    init(database: Database) throws {
        self.database = database
        for row in try EndpointRow.fetchAll(in: database) { entries[row.endpoint] = Entry(row: row, before: row) }
    }

    /// Endpoints that fell silent within this transaction: what waits to leave to them has to come back.
    var silenced: Set<String> {
        Set(changes.filter { [.opened, .held, .disabled].contains($0.effect) }.map(\.row.endpoint))
    }

    /// How many messages may begin now; nil for any number.
    mutating func room(of endpoint: String, limits: EndpointLimits, at now: Instant) throws -> Int? {
        guard entries[endpoint] != nil || !limits.rates.isEmpty || limits.avoidsHalfHours else { return nil }
        try prepare(endpoint, limits: limits)
        update(endpoint, .look, limits: limits, at: now)
        entries[endpoint]?.row.gate.uses.settle(at: now, rates: limits.rates)
        return switch gate(of: endpoint).allowance(at: now, limits: limits) {
        case .messages(let room): room
        case .none: 0
        }
    }

    func gate(of endpoint: String) -> EndpointGate { entries[endpoint]?.row.gate ?? EndpointGate() }

    /// A message of the endpoint, or a question about one, is about to leave.
    mutating func began(_ messageID: String, of endpoint: String, limits: EndpointLimits, at now: Instant) throws {
        guard entries[endpoint] != nil || !limits.rates.isEmpty else { return }
        try prepare(endpoint, limits: limits)
        update(endpoint, .began(messageID: messageID), limits: limits, at: now)
        if !limits.rates.isEmpty { entries[endpoint]?.row.gate.uses.begin(1) }
    }

    /// It ended, or it came back before it began (nil).
    mutating func ended(
        _ messageID: String, of endpoint: String, _ outcome: DeliveryOutcome?, limits: EndpointLimits, at now: Instant
    ) throws {
        if entries[endpoint] == nil, limits.rates.isEmpty {
            guard let outcome, ![.delivered, .accepted].contains(outcome.verdict) else { return }
        }
        try prepare(endpoint, limits: limits)
        guard let outcome else {
            update(endpoint, .returned(messageID: messageID), limits: limits, at: now)
            entries[endpoint]?.row.gate.uses.giveBack()
            return
        }
        update(endpoint, .ended(messageID: messageID, outcome), limits: limits, at: now)
        if !limits.rates.isEmpty { entries[endpoint]?.row.gate.uses.end(at: now) }
    }

    /// Everything that was under way was lost with its courier.
    mutating func recover(policies: [String: DeliveryPolicy], at now: Instant) throws {
        for endpoint in entries.keys.sorted() {
            guard let limits = policies[endpoint]?.limits else { continue }
            try prepare(endpoint, limits: limits)
            update(endpoint, .recovered, limits: limits, at: now)
            entries[endpoint]?.row.gate.uses.recover(at: now)
        }
    }

    /// A person's word; false where it changes nothing.
    mutating func apply(_ event: EndpointEvent, to endpoint: String, at now: Instant) -> Bool {
        if entries[endpoint] == nil { add(endpoint) }
        let count = changes.count
        update(endpoint, event, limits: EndpointLimits(), at: now)
        return changes.count > count
    }

    /// Writes what changed, and what has to be recorded, and forgets that it changed.
    mutating func save(record: (Change) throws -> Void) throws {
        for endpoint in entries.keys.sorted() {
            guard let entry = entries[endpoint] else { continue }
            let healthChanged = entry.row.gate.health != entry.before.gate.health
            if healthChanged || entry.row.gate.uses.underWay != entry.before.gate.uses.underWay {
                try entry.row.writeHealth(in: database)
            }
            if let stored = entry.storedUses, stored.ended != entry.row.gate.uses.ended {
                try entry.row.writeUses(instead: stored, in: database)
            }
            entries[endpoint]?.before = entry.row
            if entry.storedUses != nil { entries[endpoint]?.storedUses = entry.row.gate.uses }
        }
        for change in changes { try record(change) }
        changes = []
    }

    private mutating func update(_ endpoint: String, _ event: EndpointEvent, limits: EndpointLimits, at now: Instant) {
        guard var row = entries[endpoint]?.row else { return }
        let effects = row.gate.health.handle(event, at: now, limits: limits)
        entries[endpoint]?.row = row
        changes += effects.map { Change(effect: $0, row: row, at: now) }
    }

    private mutating func add(_ endpoint: String) {
        let row = EndpointRow(endpoint: endpoint)
        entries[endpoint] = Entry(row: row, before: row)
    }

    /// Makes the endpoint known, with its calls where it has rate limits.
    private mutating func prepare(_ endpoint: String, limits: EndpointLimits) throws {
        if entries[endpoint] == nil { add(endpoint) }
        guard var entry = entries[endpoint], entry.storedUses == nil,
            !limits.rates.isEmpty || entry.row.gate.uses.underWay > 0
        else { return }
        try entry.row.loadUses(in: database)
        entry.storedUses = entry.row.gate.uses
        entries[endpoint] = entry
    }
}
