import Foundation
import RetierTestSupport
import Testing

/// Merging, unmerging, listing what waits, and the facts of members, as an operator does it.
@Suite struct IdentitiesCommandTests {
    private func bench() throws -> CommandBench {
        let bench = try CommandBench()
        try bench.liftGuards()
        let tags = """
            tags:
              tea-lover: {title: 茶客, prefers: {any_of: [tea], share: 50%, least: 2}}
            facts:
              tea_orders: {aggregate: count, where: category == tea, window: all}

            """
        try bench.write(bench.read("retier.yaml") + tags, to: "retier.yaml")
        for (kind, text) in [
            ("members", "member_id,joined_at\na,2026-01-01\nb,2026-02-01\n"),
            (
                "orders",
                """
                order_id,member_id,source,external_id,ordered_at,amount,category
                o1,a,,,2026-10-01,10.00,tea
                o2,b,,,2026-10-03,20.00,tea
                o3,,wx,x,2026-10-05,40.00,cup

                """
            ),
        ] {
            try bench.must(["import", kind, try bench.folder.write(text, to: "data/\(kind).csv")])
        }
        return bench
    }

    @Test func aMergeIsListedAuditedAndUndone() throws {
        let bench = try bench()
        let before = try bench.must(["facts", "tea_orders", "purchase_total", "--format", "csv"]).output
        #expect(before == "member_id,tea_orders,purchase_total,tags\na,1,10.00,\nb,1,20.00,\n")
        #expect(try bench.retier(["identities", "merge", "a", "b", "--reason", " "]).status == 64)
        try bench.must(["identities", "merge", "a", "b", "--reason", "same phone"])
        #expect(try bench.retier(["identities", "unmerge", "b", "--reason", ""]).status == 64)
        #expect(
            try bench.must(["facts", "tea_orders", "purchase_total", "--format", "csv"]).output
                == "member_id,tea_orders,purchase_total,tags\na,2,30.00,tea-lover\n")
        let explained = try bench.retier(["explain", "b"])
        #expect(explained.status == 64 && explained.errors.contains("b was merged into a"))
        #expect(try bench.must(["explain", "a"]).output.contains("tea-lover"))
        let merges = try bench.must(["identities", "merges", "--format", "csv"]).output
        #expect(merges.contains("operator-li,same phone"))
        try bench.must(["identities", "unmerge", "b", "--reason", "twins"])
        #expect(try bench.must(["facts", "tea_orders", "purchase_total", "--format", "csv"]).output == before)
        try bench.must(["audit", "verify"])
        #expect(try bench.retier(["identities", "unmerge", "b", "--reason", "again"]).status == 64)
    }

    @Test func aPlanMadeBeforeAMergeIsRefused() throws {
        let bench = try bench()
        try bench.must(["plan", "refresh", "--as-of", "2026-10-06"])
        try bench.must(["identities", "merge", "a", "b", "--reason", "same phone"])
        let apply = try bench.retier(["apply", bench.path("var/plans/refresh-2026-10.plan")])
        #expect(apply.status == 4 && apply.errors.contains("merges"))
        try bench.must(["identities", "unmerge", "b", "--reason", "no"])
        // Everything is as it was, so the plan is as good as it was.
        try bench.must(["apply", bench.path("var/plans/refresh-2026-10.plan")])
    }

    @Test func whatWaitsIsListedAndCounted() throws {
        let bench = try bench()
        let listed = try bench.must(["identities", "--format", "csv"])
        #expect(listed.output == "member_id,identity,orders,events,consents\n,wx:x,1,0,0\n")
        #expect(listed.errors.contains("1 wait"))
        #expect(try bench.must(["status"]).output.contains("1 owners of rows are unresolved"))
        #expect(try bench.must(["status", "--json"]).output.contains("\"unresolved\":1"))
    }

    @Test func theCatalogueNamesEveryFactAndUnknownOnesAreUsage() throws {
        let bench = try bench()
        let catalogue = try bench.must(["facts", "--catalogue", "--format", "csv"]).output
        #expect(catalogue.contains("overdue_ratio,decimal,") && catalogue.contains("tea_orders,count,"))
        let unknown = try bench.retier(["facts", "tea_order"])
        #expect(unknown.status == 64 && unknown.errors.contains("there is no fact tea_order"))
    }
}
