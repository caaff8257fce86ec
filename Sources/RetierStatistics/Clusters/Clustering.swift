/// What K-means found.
package struct Clustering: Sendable {
    /// The centres in standardised units, one row a cluster.
    package var centres: [[Double]]
    /// The cluster of every member: a row of `centres`.
    package var labels: [UInt8]
    /// Members by cluster.
    package var sizes: [Int]
    /// The sum of squared distances of members to their centres, in squared standard deviations.
    package var inertia: Double
    /// Steps until the clusters stood still, and whether they did within the limit.
    package var steps: Int
    package var hasConverged: Bool
    /// Which start it came from, 0 being the first.
    package var start = 0
}
