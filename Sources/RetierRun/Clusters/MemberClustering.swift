import RetierCore
import RetierStatistics

/// The members of a day in the columns that the programme clusters them by.
struct MemberClustering {
    let settings: ClusterSettings
    private let workers: Workers
    private let memberCount: Int
    /// Members with a purchase of whom at least one column is known; the others have no cluster.
    private let rows: [Int]
    /// Members with a purchase.
    private let buyers: Int
    private let columns: [[Int64]]

    init(_ settings: ClusterSettings, source: ClusterSource, memberCount: Int, threads: Int) {
        let workers = Workers.threads(threads)
        self.settings = settings
        self.memberCount = memberCount
        self.workers = workers
        let buyers = source.rows
        let columns = workers.pieces(settings.facts.count) { source.values(of: settings.facts[$0], rows: buyers) }
        let known = buyers.indices.filter { place in columns.contains { $0[place] != ClusterFact.missing } }
        let isWhole = known.count == buyers.count
        self.buyers = buyers.count
        rows = isWhole ? buyers : known.map { buyers[$0] }
        self.columns = isWhole ? columns : columns.map { column in known.map { column[$0] } }
    }

    /// What these members teach; nil, with the reason, where they are too few or all the same.
    ///
    /// Numbers go on from an `earlier` model of the same columns.
    func learned(on day: Day, after earlier: ClusterModel?) throws -> (model: ClusterModel?, reason: TieringWarning?) {
        guard rows.count >= max(settings.leastMembers, 1) else { return (nil, settings.tooFew(buyers)) }
        guard columns.contains(where: MemberClustering.differs) else {
            return (nil, settings.nothingDiffers)
        }
        let search = KMeans(clusters: settings.count, starts: settings.starts, seed: UInt64(settings.seed))
        return (
            try ClusterModel.learned(
                from: columns, facts: settings.facts, settings: search, on: day, after: earlier, workers: workers
            ).model, nil
        )
    }

    private static func differs(_ column: [Int64]) -> Bool {
        let known = column.lazy.filter { $0 != ClusterFact.missing }
        return known.min() != known.max()
    }

    /// Who belongs where by a model.
    func table(by model: ClusterModel) -> ClusterTable {
        let found = model.membership(of: columns, workers: workers)
        var clusters = [UInt8](repeating: ClusterTable.none, count: memberCount)
        for (row, cluster) in zip(rows, found.clusters) { clusters[row] = cluster }
        return ClusterTable(
            model: model, names: settings.names, clusters: clusters, today: found.means, all: found.all)
    }

    /// How many of these members another model puts into a cluster of another number.
    func moved(from old: ClusterModel, to new: ClusterModel) -> Int {
        let before = old.membership(of: columns, workers: workers).clusters
        return zip(before, new.membership(of: columns, workers: workers).clusters).count { $0 != $1 }
    }

    /// Why the member of a row belongs where they do; nil for one without a cluster.
    func place(of row: Int, by model: ClusterModel) -> ClusterPlace? {
        let index = rows.partitioningIndex { $0 >= row }
        guard index < rows.count, rows[index] == row else { return nil }
        return model.place(of: columns.map { $0[index] })
    }
}
