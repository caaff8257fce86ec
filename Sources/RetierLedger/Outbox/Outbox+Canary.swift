import GRDB
package import RetierCore

/// A canary with what it keeps back.
package struct CanaryStanding: Hashable, Sendable {
    package var canary: Canary
    /// How the sample fares now; as judged where it was.
    package var tally: CanaryTally
    /// Messages of the sample, and those that are withheld now.
    package var sample: Int
    package var withheld: Int

    /// True where a person has to decide.
    package var isStopped: Bool { canary.state == .stopped && withheld > 0 }
}

extension Outbox {
    /// Messages that are let go or cancelled at a time within one transaction: of a million few are in memory.
    static let lot = 1_000

    /// Judges every open canary whose sample has come to its end, and lets the rest go in the same transaction.
    ///
    /// Where no canary is open it costs one look into an empty index.
    /// - Returns: the canaries that were judged.
    package func judgeCanaries(now: Instant) throws -> [Canary] {
        let isAny = try ledger.pool.read { try Bool.fetchOne($0, sql: CanaryRow.hasOpen) }
        guard isAny == true else { return [] }
        return try change { database, writer in
            try CanaryRow.fetchAll("state = 'open'", in: database).compactMap { canary in
                let tally = try CanaryRow.tally(of: canary.run, in: database)
                return try Outbox.apply(.look(tally), to: canary, word: nil, &writer, at: now)
            }
        }
    }

    /// Takes a person's word on a canary that is open or stopped.
    ///
    /// - Parameter run: its run; nil for the only one.
    /// - Throws: `RetierError` of code `usage` where there is none, or several.
    package func decideCanary(
        run: String?, _ event: CanaryEvent, reason: String, operatorName: String, now: Instant
    ) throws -> CanaryStanding {
        try change { database, writer in
            let open = try CanaryRow.fetchAll("state = 'open' OR state = 'stopped'", in: database)
            let wanted = open.filter { run == nil || $0.run == run }
            guard let canary = wanted.first, wanted.count == 1 else {
                let names = open.map(\.run).joined(separator: ", ")
                throw RetierError(
                    .usage,
                    wanted.isEmpty ? "there is no such canary that waits" : "several canaries wait: name one's run",
                    hint: open.isEmpty ? "retier canary list shows those that were" : "there are \(names)")
            }
            let before = try CanaryRow.standing(of: canary, in: database)
            let word = (reason: reason, operatorName: operatorName)
            guard let after = try Outbox.apply(event, to: canary, word: word, &writer, at: now) else { return before }
            return CanaryStanding(
                canary: after, tally: before.tally, sample: before.sample, withheld: before.withheld)
        }
    }

    /// All canaries, those of the latest runs first.
    package func canaries() throws -> [CanaryStanding] {
        try ledger.pool.read { database in
            try CanaryRow.fetchAll("TRUE", in: database).reversed().map {
                try CanaryRow.standing(of: $0, in: database)
            }
        }
    }

    /// Those that keep messages back.
    package func waitingCanaries() throws -> [CanaryStanding] {
        try ledger.pool.read { database in
            try CanaryRow.fetchAll("state = 'open' OR state = 'stopped'", in: database)
                .map { try CanaryRow.standing(of: $0, in: database) }.filter { $0.withheld > 0 }
        }
    }

    private static func apply(
        _ event: CanaryEvent, to before: Canary, word: (reason: String, operatorName: String)?,
        _ writer: inout OutboxWriter, at now: Instant
    ) throws -> Canary? {
        var canary = before
        guard let effect = canary.handle(event, at: now) else { return nil }
        try CanaryRow.update(canary, in: writer.database)
        let messages: Int
        switch effect {
        case .keep: messages = 0
        case .letGo: messages = try dispose(of: canary.run, by: .letGo, &writer, at: now)
        case .cancelRest: messages = try dispose(of: canary.run, by: .cancel, &writer, at: now)
        }
        let detail = CanaryRow.detail(of: canary, messages: messages, word: word)
        try writer.record(
            kind: .canary(canary.state.rawValue), subject: canary.run, detail: detail,
            run: canary.run, at: now)
        return canary
    }

    /// Applies an event to everything that a run's canary withholds; returns how many messages that is.
    private static func dispose(
        of run: String, by event: OutboxEvent, _ writer: inout OutboxWriter, at now: Instant
    ) throws -> Int {
        var count = 0
        while true {
            let statement = try BoundStatement(OutboxQuestions.withheld, in: writer.database)
            statement.bind(1, run)
            statement.bind(2, Int64(lot))
            // Read before any is changed, because a change takes a message out of the index that is read.
            var rows: [OutboxRow] = []
            while try statement.step() { rows.append(try OutboxRow(statement, after: rows.last?.run)) }
            guard !rows.isEmpty else { return count }
            for index in rows.indices {
                try writer.apply(event, to: &rows[index], policy: .none, owner: nil, at: now)
            }
            count += rows.count
        }
    }
}
