/// Members by cluster on one day.
package struct ClusterTable: Sendable {
    /// Stands where a member has no cluster: without a purchase, and where nothing is known in any column.
    package static let none = UInt8.max

    package let model: ClusterModel
    /// The clusters in the order of their numbers, as people meet them.
    package let summaries: [ClusterSummary]
    /// By row of the facts: a place in `summaries`, or `none`.
    package let clusters: [UInt8]
    /// The members of each cluster on the day, and all who have one.
    package let today: [ClusterMeans]
    package let all: ClusterMeans

    package init(
        model: ClusterModel, names: [Int: LocalizedText] = [:], clusters: [UInt8], today: [ClusterMeans],
        all: ClusterMeans
    ) {
        self.model = model
        summaries = model.summaries(named: names)
        self.clusters = clusters
        self.today = today
        self.all = all
    }

    /// The cluster of a row; nil where there is none.
    package subscript(row: Int) -> ClusterSummary? {
        clusters[row] == ClusterTable.none ? nil : summaries[Int(clusters[row])]
    }
}

/// What some members are like, column by column.
package struct ClusterMeans: Hashable, Sendable {
    package var members: Int
    /// The means of the values in the units of the columns; `ClusterFact.missing` where none is known.
    package var means: [Int64]
    /// Hundredths of a standard deviation above the mean of the members that the clusters were learned from; what is
    /// unknown counts as that mean.
    package var deviations: [Int]

    package init(members: Int, means: [Int64], deviations: [Int]) {
        self.members = members
        self.means = means
        self.deviations = deviations
    }
}

/// Why a member belongs to a cluster and not to another one.
package struct ClusterPlace: Hashable, Sendable {
    /// One column of the member.
    package struct Column: Hashable, Sendable {
        /// In the unit of the column; `ClusterFact.missing` where nothing is known.
        package var value: Int64
        /// Millionths of a standard deviation above the mean; 0 where nothing is known.
        package var deviation: Int64
        /// What the column adds to the squared distance of the rival less that of the own cluster, in millionths.
        ///
        /// Positive where it speaks for the own one. The columns sum to the whole difference, but for their rounding.
        package var pull: Int64

        package init(value: Int64, deviation: Int64, pull: Int64) {
            self.value = value
            self.deviation = deviation
            self.pull = pull
        }
    }

    /// A place in the model's clusters.
    package var cluster: Int
    /// The nearest of the others; nil where there is only one.
    package var rival: Int?
    /// Distances to all centres in millionths of a standard deviation.
    package var distances: [Int64]
    /// In the order of the model's facts.
    package var columns: [Column]

    package init(cluster: Int, rival: Int?, distances: [Int64], columns: [Column]) {
        self.cluster = cluster
        self.rival = rival
        self.distances = distances
        self.columns = columns
    }
}
