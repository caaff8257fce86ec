import Foundation

/// A moment on the wall's clock and the process's.
package struct Moment {
    private let wall = Moment.seconds(CLOCK_MONOTONIC)
    private let processor = Moment.seconds(CLOCK_PROCESS_CPUTIME_ID)

    package init() {}

    /// Wall and processor seconds since another moment.
    package func since(_ other: Moment) -> [Double] { [wall - other.wall, processor - other.processor] }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
