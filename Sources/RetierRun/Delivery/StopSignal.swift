import Dispatch
import Foundation

/// SIGTERM and SIGINT as a `StopFlag`: work in flight is finished and committed, nothing new begins.
package enum StopSignal {
    /// The process's own flag; a second signal ends the process at once.
    package static let flag: StopFlag = {
        let flag = StopFlag()
        for number in [SIGTERM, SIGINT] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if flag.isSet {
                    say("ended at once; what was under way is taken back by the next retier deliver")
                    _exit(128 + number)
                }
                flag.set()
                say("stopping: what is in flight is finished and recorded first; a second signal ends at once")
            }
            source.resume()
            // Kept for the life of the process: a source that is released stops listening.
            _ = Unmanaged.passRetained(source as AnyObject)
        }
        return flag
    }()

    private static func say(_ words: String) { FileHandle.standardError.write(Data("retier: \(words)\n".utf8)) }
}
