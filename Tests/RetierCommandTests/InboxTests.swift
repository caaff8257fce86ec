import Foundation
import RetierTestSupport
import Testing

/// `run` takes what waits in the inbox first.
@Suite struct InboxTests {
    private func bench(_ world: SampleWorld, leavingOut: String = "") throws -> CommandBench {
        let bench = try CommandBench()
        try bench.liftGuards()
        for (kind, sheet) in world.sheets where kind != leavingOut {
            try bench.write(sheet.text, to: "inbox/\(kind)-2026-10.csv")
        }
        return bench
    }

    @Test func waitingFilesAreImportedInOrderAndMovedAway() throws {
        let world = SampleWorld(seed: 6, members: 40)
        let bench = try bench(world)
        try bench.write("source,external_id,member_id\nwx,wx-1,M10001\n", to: "inbox/identities.csv")
        // A second file of the same kind goes after the first by name; what is no CSV is left alone.
        try bench.write("member_id,joined_at\nM99999,2026-10-01\n", to: "inbox/members-2026-11.csv")
        try bench.write("notes", to: "inbox/readme.txt")
        _ = try runProcess("gzip", [bench.path("inbox/orders-2026-10.csv")])
        let run = try bench.must(["run", "refresh", "--as-of", "2026-10-31"])
        let names = [
            "identities.csv", "members-2026-10.csv", "members-2026-11.csv", "orders-2026-10.csv.gz",
            "events-2026-10.csv", "consents-2026-10.csv",
        ]
        let said = run.errors.split(separator: "\n").compactMap { line in names.first { line.hasPrefix($0 + ":") } }
        #expect(said == names, "\(run.errors)")
        #expect(bench.files("inbox").count == 7)
        #expect(bench.files("inbox").filter { !$0.hasPrefix("done/") } == ["readme.txt"])
        #expect(run.errors.contains("applied as run_refresh_2026-10"))
        // The same names again: nothing is overwritten, nothing is applied twice.
        try bench.write("member_id,joined_at\nM99998,2026-10-01\n", to: "inbox/members-2026-11.csv")
        let again = try bench.must(["run", "refresh", "--as-of", "2026-10-31"])
        #expect(again.errors.contains("1 new") && again.errors.contains("nothing to do"))
        #expect(bench.files("inbox/done").contains("2-members-2026-11.csv"))
    }

    @Test func aBadFileStopsTheRunAndStays() throws {
        let world = SampleWorld(seed: 7, members: 30)
        let bench = try bench(world, leavingOut: "orders")
        try bench.write("order_id,member_id,ordered_at,amount\nO1,M10001,yesterday,1\n", to: "inbox/orders.csv")
        for _ in 1...2 {
            let run = try bench.retier(["run", "refresh", "--as-of", "2026-10-31"])
            run.expectFailure(65, saying: "orders.csv")
            #expect(bench.files("inbox").contains("orders.csv"))
            // Those before it are done; those after it wait.
            #expect(bench.files("inbox/done") == ["members-2026-10.csv"])
            #expect(bench.files("inbox").contains("events-2026-10.csv"))
            #expect(try bench.must(["status"]).output.contains("no run yet"))
        }
        try bench.write(world.orders.text, to: "inbox/orders.csv")
        let run = try bench.must(["run", "refresh", "--as-of", "2026-10-31"])
        #expect(run.errors.contains("applied as run_refresh_2026-10"))
    }

    @Test func aNameOfNoKindStopsTheRunBeforeAnythingIsImported() throws {
        let bench = try bench(SampleWorld(seed: 8, members: 10))
        try bench.write("a,b\n", to: "inbox/customers.csv")
        try bench.retier(["run", "daily", "--as-of", "2026-10-31"]).expectFailure(65, saying: "inbox/customers.csv")
        #expect(bench.files("inbox/done").isEmpty)
        #expect(try bench.must(["status", "--json"]).output.contains(#"{"table":"members","rows":0}"#))
    }
}
