import Foundation
import RetierTestSupport
import Testing

/// A disk that fills up while retier works: exit 75 in words, and the ledger as it was.
@Suite(.enabled(if: MountNamespace.isAllowed, "needs a mount namespace of its own: root, or user namespaces"))
struct FullDiskTests {
    /// What is left free, in KiB, when the command starts.
    @Test(arguments: [40, 90, 200])
    func aFullDiskLeavesTheLedgerAsItWas(freeKiB: Int) throws {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.importWorld(SampleWorld(seed: 12, members: 150))
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        try bench.folder.write(manyOrders(), to: "more.csv")
        let script = """
            set -e
            mkdir "$1/mnt"; mount -t tmpfs -o size=20m tmpfs "$1/mnt"; cp -a "$RETIER_BRAND/." "$1/mnt"
            mv "$1/mnt/var/plans/refresh-2026-10.plan" "$1/ready.plan"
            export RETIER_BRAND="$1/mnt"
            "$2" status > /dev/null
            free=$(($(stat -f -c %a "$1/mnt") * $(stat -f -c %S "$1/mnt") / 1024))
            head -c $(((free - $3) * 1024)) /dev/zero > "$1/mnt/ballast"
            before=$(sqlite3 "$1/mnt/var/retier.db" .dump | sha256sum)
            for line in "import orders $1/more.csv" "plan refresh --as-of 2026-10-31" "apply $1/ready.plan --no-deliver"
            do
                set +e; "$2" $line > "$1/out" 2> "$1/err"; code=$?; set -e
                after=$(sqlite3 "$1/mnt/var/retier.db" .dump | sha256sum)
                same=no; if [ "$before" = "$after" ]; then same=yes; fi
                echo "$code|$same|$line|$(tr '\\n' ' ' < "$1/err")"
                before=$after
            done
            rm "$1/mnt/ballast"
            "$2" import orders "$1/more.csv" 2> /dev/null; echo "$?|recovered"
            "$2" audit verify > /dev/null 2>&1; echo "$?|verified"
            """
        let run = try runProcess(
            "unshare",
            [
                "-m", "bash", "-c", script, "full-disk", bench.folder.path, Repository.builtProgram("retier"),
                "\(freeKiB)",
            ],
            ProcessOptions(environment: ["RETIER_BRAND": bench.brand, "RETIER_LIBRARY": Repository.root]))
        #expect(run.status == 0, "\(run.errors)")
        let results = run.output.split(separator: "\n").map { $0.split(separator: "|").map(String.init) }
        #expect(results.count == 5, "\(run.output)")
        for result in results.dropLast(2) {
            // What fits in the room that is left may as well succeed; what fails changes nothing.
            #expect(result[0] == "75" && result[1] == "yes" || result[0] == "0", "\(result)")
            #expect(result[0] == "0" || result[3].hasPrefix("retier: "), "\(result)")
        }
        #expect(results.first?.first == "75", "thirty thousand orders need more than \(freeKiB) KiB: \(run.output)")
        #expect(results.suffix(2).map(\.[0]) == ["0", "0"], "\(run.output)")
    }

    private func manyOrders() -> String {
        "order_id,member_id,ordered_at,amount\n"
            + (0..<30_000).map { "X\($0),M\(10_001 + $0 % 150),2026-10-0\(1 + $0 % 9),12.00\n" }.joined()
    }
}

/// Whether this machine lets a test mount a small disk of its own.
enum MountNamespace {
    static let isAllowed: Bool = {
        let run = try? runProcess("unshare", ["-m", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"])
        return run?.status == 0
    }()
}
