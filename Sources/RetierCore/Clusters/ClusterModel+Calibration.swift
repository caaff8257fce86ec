extension ClusterModel {
    /// The model as a calibration keeps it.
    package var learnedNumbers: [LearnedNumber] {
        var numbers = [LearnedNumber("clusters", Int64(clusters.count)), LearnedNumber("inertia", inertia)]
        for (fact, mean, deviation) in zip3(facts, means, deviations) {
            numbers.append(LearnedNumber("\(fact.name) mean", mean))
            numbers.append(LearnedNumber("\(fact.name) deviation", deviation))
        }
        for (index, cluster) in clusters.enumerated() {
            numbers.append(LearnedNumber("\(index + 1) size", Int64(cluster.size)))
            for (fact, centre, mean) in zip3(facts, cluster.centre, cluster.means) {
                numbers.append(LearnedNumber("\(index + 1) \(fact.name) centre", centre))
                numbers.append(LearnedNumber("\(index + 1) \(fact.name) mean", mean))
            }
        }
        return numbers
    }

    /// The model that was kept; nil where the numbers do not belong to these facts.
    package init?(learnedNumbers numbers: [LearnedNumber], facts: [ClusterFact]) {
        var rest = numbers[...]
        func take(_ name: String) -> Int64? {
            guard rest.first?.name == name else { return nil }
            return rest.removeFirst().value
        }
        guard let count = take("clusters"), let inertia = take("inertia") else { return nil }
        var model = ClusterModel(facts: facts, means: [], deviations: [], clusters: [], inertia: inertia)
        for fact in facts {
            guard let mean = take("\(fact.name) mean"), let deviation = take("\(fact.name) deviation")
            else { return nil }
            model.means.append(mean)
            model.deviations.append(deviation)
        }
        for number in 0..<count {
            guard let size = take("\(number + 1) size") else { return nil }
            var cluster = LearnedCluster(centre: [], size: Int(size))
            for fact in facts {
                guard let centre = take("\(number + 1) \(fact.name) centre"),
                    let mean = take("\(number + 1) \(fact.name) mean")
                else { return nil }
                cluster.centre.append(centre)
                cluster.means.append(mean)
            }
            model.clusters.append(cluster)
        }
        guard rest.isEmpty else { return nil }
        self = model
    }
}

private func zip3<First: Sequence, Second: Sequence, Third: Sequence>(
    _ first: First, _ second: Second, _ third: Third
) -> [(First.Element, Second.Element, Third.Element)] {
    zip(first, zip(second, third)).map { ($0, $1.0, $1.1) }
}
