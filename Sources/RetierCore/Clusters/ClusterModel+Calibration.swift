extension ClusterModel {
    /// The model as a calibration keeps it.
    package var learnedNumbers: [LearnedNumber] {
        var numbers = [
            LearnedNumber("learned on", Int64(origin.day.number)), LearnedNumber("asked", Int64(origin.count)),
            LearnedNumber("starts", Int64(origin.starts)), LearnedNumber("seed", Int64(origin.seed)),
            LearnedNumber("settled", origin.isSettled ? 1 : 0), LearnedNumber("clusters", Int64(clusters.count)),
            LearnedNumber("inertia", inertia), LearnedNumber("spread", spread),
        ]
        for (index, fact) in facts.enumerated() {
            numbers.append(LearnedNumber("\(fact.name) scale", fact.scale.number))
            numbers.append(LearnedNumber("\(fact.name) mean", means[index]))
            numbers.append(LearnedNumber("\(fact.name) deviation", deviations[index]))
            numbers.append(LearnedNumber("\(fact.name) known", Int64(known[index])))
        }
        for (index, cluster) in clusters.enumerated() {
            numbers.append(LearnedNumber("\(index + 1) size", Int64(cluster.size)))
            for (place, fact) in facts.enumerated() {
                numbers.append(LearnedNumber("\(index + 1) \(fact.name) centre", cluster.centre[place]))
                numbers.append(LearnedNumber("\(index + 1) \(fact.name) mean", cluster.means[place]))
            }
        }
        return numbers
    }

    /// The model that was kept; nil where the numbers do not belong to these facts and their scales.
    package init?(learnedNumbers numbers: [LearnedNumber], facts: [ClusterFact]) {
        var reading = Reading(rest: numbers[...])
        guard let origin = reading.origin(), let count = reading.take("clusters"),
            let inertia = reading.take("inertia"), let spread = reading.take("spread")
        else { return nil }
        self.init(
            origin: origin, facts: facts, means: [], deviations: [], clusters: [], inertia: inertia, spread: spread)
        for fact in facts {
            guard let scale = reading.take("\(fact.name) scale"), scale == fact.scale.number,
                let mean = reading.take("\(fact.name) mean"),
                let deviation = reading.take("\(fact.name) deviation"), let known = reading.take("\(fact.name) known")
            else { return nil }
            means.append(mean)
            deviations.append(deviation)
            self.known.append(Int(known))
        }
        for number in 0..<max(0, count) {
            guard let cluster = reading.cluster(Int(number) + 1, facts: facts) else { return nil }
            clusters.append(cluster)
        }
        guard reading.rest.isEmpty else { return nil }
    }

    /// Takes numbers one after the other, each under its name.
    private struct Reading {
        var rest: ArraySlice<LearnedNumber>

        mutating func take(_ name: String) -> Int64? {
            guard rest.first?.name == name else { return nil }
            return rest.removeFirst().value
        }

        mutating func origin() -> ClusterOrigin? {
            guard let day = take("learned on").flatMap(Int32.init(exactly:)), let count = take("asked"),
                let starts = take("starts"), let seed = take("seed"), let settled = take("settled")
            else { return nil }
            return ClusterOrigin(
                day: Day(number: day), count: Int(count), starts: Int(starts), seed: Int(seed),
                isSettled: settled == 1)
        }

        mutating func cluster(_ number: Int, facts: [ClusterFact]) -> LearnedCluster? {
            guard let size = take("\(number) size") else { return nil }
            var cluster = LearnedCluster(centre: [], size: Int(size))
            for fact in facts {
                guard let centre = take("\(number) \(fact.name) centre"), let mean = take("\(number) \(fact.name) mean")
                else { return nil }
                cluster.centre.append(centre)
                cluster.means.append(mean)
            }
            return cluster
        }
    }
}
