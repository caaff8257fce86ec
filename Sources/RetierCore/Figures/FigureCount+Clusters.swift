extension FigureCount {
    /// Members, money and purchases of each cluster, and what its members are like, column by column.
    mutating func countClusters() {
        guard let clusters = sources.clusters else { return }
        var spend = clusters.summaries.map { _ in Int128(0) }
        var orders = clusters.summaries.map { _ in 0 }
        for (row, cluster) in clusters.clusters.enumerated() where cluster != ClusterTable.none {
            spend[Int(cluster)] += Int128(facts.windowTotal[row])
            orders[Int(cluster)] += Int(facts.windowOrders[row])
        }
        for (index, summary) in clusters.summaries.enumerated() {
            let number = String(summary.number)
            figures.add(.cluster, number, is: clusters.today[index].members)
            figures.add(.cluster, number, of: .spend, is: spend[index])
            figures.add(.cluster, number, of: .orders, is: orders[index])
            add(clusters.today[index], clusters.model.facts, as: number)
        }
        add(clusters.all, clusters.model.facts, as: "")
    }

    /// Means of 0 are kept too: they are no counts.
    private mutating func add(_ means: ClusterMeans, _ columns: [ClusterFact], as cluster: String) {
        guard means.members > 0 else { return }
        for (index, column) in columns.enumerated() {
            let (mean, deviation) = (means.means[index], Int64(means.deviations[index]))
            if mean != ClusterFact.missing {
                figures.append(Figure(.clusterColumn, cluster, column.name, of: .mean, is: mean))
            }
            figures.append(Figure(.clusterColumn, cluster, column.name, of: .deviation, is: deviation))
        }
    }
}
