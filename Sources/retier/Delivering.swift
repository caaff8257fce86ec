import ArgumentParser
import Logging
import RetierCore
import RetierLedger
import RetierRun

/// What every command that sends says and returns at its end.
enum Delivering {
    /// The exit code for work that was done but is not complete.
    static let incomplete = ExitCode(3)

    /// Prints the summary; ends with 78 where an endpoint cannot be served, with 4 where a canary has stopped the rest
    /// of its run, with 3 where a person should look, with 75 where it was told to stop or what was due did not leave.
    static func finish(_ summary: DeliverySummary) throws {
        for line in summary.lines { Console.say(line) }
        for line in summary.alerts { Console.log.warning("\(line)") }
        if summary.wasStopped {
            throw RetierError(
                .tryLater, "stopped as asked; what is left stays in the outbox", hint: "run retier deliver")
        }
        if let problem = summary.problems.first {
            throw RetierError(
                problem.error.code, "\(summary.problems.count) endpoint(s) cannot be served; their messages wait",
                hint: "mend what is said above and run retier deliver")
        }
        if let canary = summary.stopped.first {
            throw RetierError(
                .refused, "the canary of \(canary.canary.run) stopped \(canary.withheld) messages",
                hint: "see retier canary, and say retier canary go or retier canary stop with --reason TEXT")
        }
        guard summary.isComplete else { throw incomplete }
        guard !summary.isHeldUp else {
            throw RetierError(
                .tryLater, "messages that were due wait, for the reasons said above",
                hint: "run retier deliver when it is time; retier audit --state retry shows what came back")
        }
    }
}
