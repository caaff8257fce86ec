package import RetierCore
import RetierStatistics

/// Clusters that were learned, beside those in force.
package struct ClusterChange: Sendable {
    /// Nil where nothing could be learned.
    package var learned: [ClusterSummary]?
    /// Nil where none are in force, or those of other columns.
    package var current: [ClusterSummary]?
    /// By number: how far each centre moved, in millionths of a standard deviation.
    package var drift: [Int64] = []
    /// Members whom what was learned puts into a cluster of another number, and all who have one.
    package var moved: Int = 0
    package var members: Int = 0

    /// Nil where the programme has no clusters.
    init?(_ lesson: Lesson, current calibration: Calibration?) {
        guard let clustering = lesson.clustering else { return nil }
        let settings = clustering.settings
        func model(_ calibration: Calibration?) -> ClusterModel? {
            calibration.flatMap { ClusterModel(learnedNumbers: $0.clusters, facts: settings.facts) }
        }
        let (now, then) = (model(lesson.calibration), model(calibration))
        learned = now?.summaries(named: settings.names)
        current = then?.summaries(named: settings.names)
        guard let now, let then else { return }
        drift = now.drift(from: then) ?? []
        moved = clustering.moved(from: then, to: now)
        members = now.members
    }
}
