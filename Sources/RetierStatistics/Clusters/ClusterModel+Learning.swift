package import RetierCore

extension ClusterModel {
    /// Learns clusters from columns of equal length, one a fact, and says where every member belongs.
    ///
    /// Numbers are rounded once, when the model is made, and members are assigned by the rounded model: assigning the
    /// same members later gives the same clusters. Clusters are numbered by the falling centre of the first fact, or,
    /// where there is an `earlier` model, as those that they continue. Throws `badData` where there is no member.
    package static func learned(
        from columns: [[Int64]], facts: [ClusterFact], settings: KMeans, on day: Day = Day(number: 0),
        after earlier: ClusterModel? = nil, workers: Workers
    ) throws -> (model: ClusterModel, clusters: [UInt8]) {
        let blocks = PointBlocks(columns: zip(columns, facts).map { $1.scale.applied(to: $0) })
        guard let found = settings.clustering(of: blocks, workers: workers) else {
            throw RetierError(
                .badData, "clusters cannot be learned: there is no member with the facts they are found on",
                hint: "import members and orders first, or name another learning date")
        }
        let centres = found.centres.map { $0.map { $0.whole(per: 1e6) } }
            .sorted { $1.lexicographicallyPrecedes($0) }
        var model = ClusterModel(
            origin: ClusterOrigin(
                day: day, count: settings.clusters, starts: settings.starts, seed: Int(settings.seed),
                isSettled: found.hasConverged),
            facts: facts, means: blocks.means.map { $0.whole(per: 1e9) },
            deviations: blocks.deviations.map { $0.whole(per: 1e9) }, known: blocks.known,
            clusters: centres.map { LearnedCluster(centre: $0) }, inertia: found.inertia.whole(per: 1e6),
            spread: blocks.squaredLength(workers).whole(per: 1e6))
        if let earlier { model.continueNumbers(of: earlier) }
        let membership = model.membership(of: columns, workers: workers)
        for (index, means) in membership.means.enumerated() {
            model.clusters[index].size = means.members
            model.clusters[index].means = means.means
        }
        return (model, membership.clusters)
    }
}

extension PointBlocks {
    /// The sum of squared distances of all members to the mean.
    fileprivate func squaredLength(_ workers: Workers) -> Double {
        let values = values
        return workers.chunks(of: values.count) { range in
            values[range].reduce(SIMD4<Double>.zero) { $0 + $1 * $1 }.sum()
        }.reduce(0, +)
    }
}
