import Foundation
import RetierTestSupport
import Testing

/// The shipped units, checked by systemd itself where it is installed.
@Suite struct SystemdUnitTests {
    static let services = [
        "retier@.service", "retier-daily@.service", "retier-deliver@.service", "retier-alert@.service",
    ]
    static let timers = ["retier@.timer", "retier-daily@.timer", "retier-deliver@.timer"]
    static let hasAnalyze = ["/usr/bin/systemd-analyze", "/bin/systemd-analyze"].contains {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private func unit(_ name: String) throws -> String { try Repository.read("systemd/\(name)") }

    /// The values of a key, in order.
    private func values(of key: String, in unit: String) -> [String] {
        unit.split(separator: "\n").filter { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    /// The units with a program that exists everywhere in place of retier.
    private func copies() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in Self.services + Self.timers {
            let lines = try unit(name).split(separator: "\n", omittingEmptySubsequences: false)
            let copy = lines.map { $0.hasPrefix("ExecStart=/usr/bin/retier") ? "ExecStart=/bin/true" : String($0) }
            try folder.write(copy.joined(separator: "\n"), to: name)
        }
        return folder
    }

    /// Verify ends with 0 for misspelt keys and bad values, so its words count, not its status.
    @Test(.enabled(if: hasAnalyze, "systemd-analyze is not installed"))
    func systemdFindsNothingToSay() throws {
        let folder = try copies()
        let paths = (Self.services + Self.timers).map { folder.path($0) }
        let run = try runProcess("systemd-analyze", ["verify", "--man=no"] + paths)
        #expect(run.status == 0)
        #expect(run.errors.isEmpty, "\(run.errors)")
    }

    /// The proof that the test above can fail.
    @Test(.enabled(if: hasAnalyze, "systemd-analyze is not installed"))
    func systemdNamesAMisspeltKey() throws {
        let folder = try copies()
        let broken = try folder.read("retier@.service").replacing("TimeoutStopSec=60", with: "TimeoutStopSec=ninety")
        try folder.write(broken, to: "retier@.service")
        let run = try runProcess("systemd-analyze", ["verify", "--man=no", folder.path("retier@.service")])
        #expect(run.errors.contains("ninety"))
    }

    @Test(.enabled(if: hasAnalyze, "systemd-analyze is not installed"), arguments: services)
    func exposureIsAtMostOnePointFive(service: String) throws {
        let folder = try copies()
        let options = ["security", "--offline=true", "--threshold=15", "--no-pager", folder.path(service)]
        let run = try runProcess("systemd-analyze", options)
        #expect(run.status == 0, "\(run.output.suffix(200))")
    }

    @Test(.enabled(if: hasAnalyze, "systemd-analyze is not installed"), arguments: timers)
    func everyTimerElapsesAgain(timer: String) throws {
        for expression in values(of: "OnCalendar", in: try unit(timer)) {
            let run = try runProcess("systemd-analyze", ["calendar", "--iterations=2", expression])
            #expect(run.status == 0 && run.output.contains("Next elapse"), "\(expression): \(run.errors)")
        }
    }

    /// Also the lines that the comments offer for copying.
    @Test(.enabled(if: hasAnalyze, "systemd-analyze is not installed"))
    func timesInCommentsAreValid() throws {
        let lines = try unit("retier@.timer").split(separator: "\n").filter { $0.hasPrefix("#   OnCalendar=") }
        #expect(lines.count == 2)
        for line in lines {
            let run = try runProcess("systemd-analyze", ["calendar", String(line.dropFirst("#   OnCalendar=".count))])
            #expect(run.status == 0, "\(line)")
        }
    }

    /// The times that the manual offers for refreshes at the end of the month: the 30th or the last day before it, and
    /// the last day, in a common year and in a leap year.
    @Test(.enabled(if: hasAnalyze, "systemd-analyze is not installed"))
    func timesInTheManualLeaveNoMonthOut() throws {
        let manual = try Repository.read("Sources/retier/Retier.docc/Operations.md")
        let offered = manual.matches(of: #/OnCalendar=(\*-[^ ]+ 02:37:00) Asia/Shanghai/#).map { String($0.output.1) }
        try #require(offered.count == 3)
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        for (expressions, day) in [(offered.prefix(2), 30), (offered.suffix(1), 31)] {
            let days = try expressions.flatMap { expression in
                try runProcess(
                    "systemd-analyze", ["calendar", "--base-time=2027-01-01", "--iterations=24", expression]
                ).output.matches(of: #/(\d{4}-\d\d-\d\d) 02:37:00/#).map { String($0.output.1) }
            }
            let expected = lengths.enumerated().map { month, length in
                let number = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"][month % 12]
                return "\(2027 + month / 12)-\(number)-\(min(day, length))"
            }
            #expect(Set(days).sorted().prefix(24) == expected[...], "\(expressions)")
        }
    }

    @Test func everyServiceIsHardenedInTheSameWords() throws {
        let blocks = try Self.services.map { name -> String in
            let text = try unit(name)
            let start = try #require(text.range(of: "# What the service may touch."), "\(name)")
            return String(text[start.lowerBound...])
        }
        #expect(Set(blocks).count == 1)
        #expect(!blocks[0].contains("ProcSubset=pid\n"), "the lease reads the boot id in /proc/sys")
    }

    @Test(arguments: [
        ("retier@.service", "/usr/bin/retier run refresh --brand /var/lib/retier/%i"),
        ("retier-daily@.service", "/usr/bin/retier run daily --brand /var/lib/retier/%i"),
        ("retier-deliver@.service", "/usr/bin/retier deliver --brand /var/lib/retier/%i"),
    ])
    func servicesCallTheContractsCommands(service: String, command: String) throws {
        let text = try unit(service)
        #expect(values(of: "ExecStart", in: text) == [command])
        #expect(values(of: "ConditionFileNotEmpty", in: text) == ["/var/lib/retier/%i/retier.yaml"])
        #expect(values(of: "StateDirectory", in: text) == ["retier/%i"])
        #expect(values(of: "User", in: text) == ["retier"])
        #expect(values(of: "OnFailure", in: text) == ["retier-alert@%p-%i.service"])
    }

    /// 75 is worth a retry; the codes that need a person are failures that nothing repeats.
    @Test(arguments: ["retier@.service", "retier-daily@.service"])
    func onlyTryLaterIsTriedAgain(service: String) throws {
        let text = try unit(service)
        let prevented = try #require(values(of: "RestartPreventExitStatus", in: text).first).split(separator: " ")
        for code in ["3", "4", "64", "65", "78"] { #expect(prevented.contains(Substring(code))) }
        #expect(!prevented.contains("75"))
        #expect(values(of: "SuccessExitStatus", in: text).isEmpty)
    }
}
