import Foundation

/// What a crash may leave behind: nothing of the process's memory, which holds secrets and members' data.
enum CrashReports {
    /// Swift's crash report shows the bytes to which registers point, and it is on by default on Linux; a core file is
    /// the whole memory.
    ///
    /// Both are switched off, except for a report that is asked for without registers
    /// (`SWIFT_BACKTRACE=enable=yes,registers=none`): it names functions only.
    static func showNoMemory() {
        var nothing = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &nothing)
        let wishes = ProcessInfo.processInfo.environment["SWIFT_BACKTRACE"] ?? ""
        guard !wishes.split(separator: ",").contains("registers=none") else { return }
        for number in [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] { signal(number, SIG_DFL) }
    }
}
