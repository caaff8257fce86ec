import GRDB
package import RetierCore

extension Ledger {
    /// Who of these members is in which group of the experiments of these playbooks and of the programme's, by row.
    ///
    /// - Parameters:
    ///   - keys: the ledger's key of each row's member, as in `FactTable.keys`.
    ///   - merged: `FactTable.mergedKeys`: what they are in counts where the member they became is in no group.
    package func assignments(
        keys: [Int64], merged: [MergedKey] = [], of playbooks: [Playbook]
    ) throws -> AssignmentTable {
        var builder = AssignmentTable.Builder(count: keys.count)
        let connection = try ReadConnection(path: path)
        let salts = try connection.prepare("SELECT id, salt FROM experiment")
        while try salts.step() { builder.salts[salts.text(0)] = salts.text(1) }
        guard !builder.salts.isEmpty else { return builder.build() }
        builder.shares = try ExperimentShares.all(connection)
        let rowOfKey = RowOfKey(keys: keys, merged: merged)
        var everKept: Set<Int64> = []
        let merges = try connection.prepare("SELECT DISTINCT kept FROM member_merge")
        while try merges.step() { everKept.insert(merges.integer(0)) }
        let statement = try connection.prepare(
            "SELECT member, is_control, arm, shares, day FROM assignment WHERE experiment = ?")
        for experiment in playbooks.map(\.id) + [AssignmentTable.programme] where builder.salts[experiment] != nil {
            try statement.restart()
            try statement.bind(experiment, at: 1)
            while try statement.step() {
                let key = statement.integer(0)
                guard let row = rowOfKey[key] else { continue }
                builder.add(
                    row: row, experiment: experiment, arm: statement.isNull(2) ? nil : statement.text(2),
                    isControl: statement.integer(1) != 0, shares: Int32(statement.integer(3)),
                    day: Day(number: Int32(truncatingIfNeeded: statement.integer(4))), isOwn: keys[row] == key,
                    isDrawn: !everKept.contains(key))
            }
        }
        return builder.build()
    }

    /// The salts that experiments have already, by their ids.
    package func experimentSalts() throws -> [String: String] {
        try pool.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT id, salt FROM experiment")
            return Dictionary(rows.map { ($0[0], $0[1]) }) { first, _ in first }
        }
    }
}

extension ExperimentShares {
    /// The arms as the ledger and plans keep them: `a=50 b=50`.
    package var armText: String { arms.map { "\($0.name)=\($0.weight)" }.joined(separator: " ") }

    /// The shares that were ever in force, by number: of one experiment, or of all.
    static func all(of experiment: String? = nil, _ connection: ReadConnection) throws -> [Int32: ExperimentShares] {
        let statement = try connection.prepare(
            "SELECT number, pilot, holdout, arms FROM experiment_shares WHERE ?1 IS NULL OR experiment = ?1")
        if let experiment { try statement.bind(experiment, at: 1) }
        var shares: [Int32: ExperimentShares] = [:]
        while try statement.step() {
            shares[Int32(statement.integer(0))] = ExperimentShares(
                pilot: Int(statement.integer(1)), holdout: Int(statement.integer(2)), arms: arms(statement.text(3)))
        }
        return shares
    }

    private static func arms(_ text: String) -> [Playbook.Arm] {
        text.split(separator: " ").compactMap { part in
            let sides = part.split(separator: "=")
            guard sides.count == 2, let weight = Int(sides[1]) else { return nil }
            return Playbook.Arm(name: String(sides[0]), weight: weight)
        }
    }
}
