import Foundation
import Synchronization

/// Tells an operator where the time of a command goes, stage by stage (`RETIER_TIMINGS=1`).
///
/// Never part of a result: a plan does not know how long it took.
package final class StageTimings: Sendable {
    private struct Moment {
        var wall = ContinuousClock.now
        /// Seconds of processor time of all threads, user and system.
        var processor = StageTimings.processorSeconds()
    }

    private let report: (@Sendable (String) -> Void)?
    private let last: Mutex<Moment>

    /// Reports lines to `report`; nil reports nothing.
    package init(report: (@Sendable (String) -> Void)?) {
        self.report = report
        last = Mutex(Moment())
    }

    /// Reports nothing.
    package static let off = StageTimings(report: nil)

    /// Ends a stage that began where the one before ended.
    package func end(_ stage: String) {
        guard let report else { return }
        let now = Moment()
        let before = last.withLock { moment in
            defer { moment = now }
            return moment
        }
        let wall = (now.wall - before.wall) / .seconds(1)
        report(
            String(
                format: "timing: %@ %.2f s wall, %.2f s processor", stage, wall, now.processor - before.processor))
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
    }
}
