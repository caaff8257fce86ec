package import RetierCore

extension ClusterModel {
    /// Learns clusters from columns of equal length, one a fact, and says where every member belongs.
    ///
    /// Numbers are rounded once, when the model is made, and members are assigned by the rounded model: assigning the
    /// same members later gives the same clusters. Throws `badData` where there is no member.
    package static func learned(
        from columns: [[Int64]], facts: [ClusterFact], settings: KMeans, workers: Workers
    ) throws -> (model: ClusterModel, clusters: [UInt8], warnings: [TieringWarning]) {
        let blocks = PointBlocks(columns: zip(columns, facts).map { $1.scale.applied(to: $0) })
        guard let found = settings.clustering(of: blocks, workers: workers) else {
            throw RetierError(
                .badData, "clusters cannot be learned: there is no member with the facts they are found on",
                hint: "import members and orders first, or name another learning date")
        }
        let centres = found.centres.map { $0.map { $0.whole(per: 1e6) } }
            .sorted { $1.lexicographicallyPrecedes($0) }
        var model = ClusterModel(
            facts: facts, means: blocks.means.map { $0.whole(per: 1e9) },
            deviations: blocks.deviations.map { $0.whole(per: 1e9) },
            clusters: centres.map { LearnedCluster(centre: $0) }, inertia: found.inertia.whole(per: 1e6))
        let clusters = model.clusters(of: columns, workers: workers)
        model.count(columns, clusters: clusters)
        return (model, clusters, model.warnings(wanted: settings.clusters, hasConverged: found.hasConverged))
    }

    /// The cluster of every member, a place in `clusters`: the nearest centre, the first of equally near ones.
    package func clusters(of columns: [[Int64]], workers: Workers) -> [UInt8] {
        let centres = clusters.map { $0.centre.map { Double($0) / 1e6 } }
        let parts = workers.chunks(of: columns.first?.count ?? 0) { members in
            var nearest = [UInt8](repeating: 0, count: members.count)
            var least = [Double](repeating: .infinity, count: members.count)
            let points = columns.indices.map { standardised(columns[$0][members], fact: $0) }
            for (cluster, centre) in centres.enumerated() {
                for member in nearest.indices {
                    var square = 0.0
                    for fact in centre.indices {
                        let difference = points[fact][member] - centre[fact]
                        square += difference * difference
                    }
                    guard square < least[member] else { continue }
                    least[member] = square
                    nearest[member] = UInt8(cluster)
                }
            }
            return nearest
        }
        return Array(parts.joined())
    }

    private func standardised(_ column: ArraySlice<Int64>, fact: Int) -> [Double] {
        let (mean, deviation) = (Double(means[fact]) / 1e9, Double(deviations[fact]) / 1e9)
        guard deviation > 0 else { return column.map { _ in 0 } }
        return facts[fact].scale.applied(to: column).map { ($0 - mean) / deviation }
    }

    /// Writes sizes and means from the members of each cluster.
    private mutating func count(_ columns: [[Int64]], clusters members: [UInt8]) {
        var sums = [[Int128]](repeating: columns.map { _ in 0 }, count: clusters.count)
        for (member, cluster) in members.enumerated() {
            clusters[Int(cluster)].size += 1
            for fact in columns.indices { sums[Int(cluster)][fact] += Int128(columns[fact][member]) }
        }
        for cluster in clusters.indices {
            let size = Double(max(1, clusters[cluster].size))
            clusters[cluster].means = sums[cluster].map { (Double($0) / size).whole(per: 1) }
        }
    }

    private func warnings(wanted: Int, hasConverged: Bool) -> [TieringWarning] {
        var warnings: [TieringWarning] = []
        func warn(_ code: String, _ subject: String, _ message: LocalizedText) {
            warnings.append(TieringWarning(code: code, subject: subject, message: message))
        }
        if clusters.count < wanted {
            warn(
                "few-clusters", "\(clusters.count)",
                LocalizedText(
                    zh: "会员只有 \(clusters.count) 种不同的取值，聚类数少于 \(wanted)",
                    en: "only \(clusters.count) different kinds of members: fewer than \(wanted) clusters"))
        }
        if !hasConverged {
            warn(
                "unsettled-clusters", "k-means",
                LocalizedText(zh: "聚类在步数上限内没有稳定", en: "the clusters did not settle within the limit of steps"))
        }
        for (fact, deviation) in deviations.enumerated() where deviation == 0 {
            let title = facts[fact].title
            warn(
                "constant-fact", facts[fact].name,
                LocalizedText(
                    zh: "「\(title.chinese)」对所有会员相同，不参与聚类",
                    en: "\(title.english) is the same for all members and takes no part in the clusters"))
        }
        return warnings
    }
}
