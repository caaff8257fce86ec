import Foundation
import RetierCore
import RetierTestSupport
import Testing

@testable import RetierLedger

/// One file is one transaction; its counts balance; importing it twice changes nothing.
struct ImportTransactionTests {
    private let orders = """
        order_id,member_id,ordered_at,amount,category,channel,coupon,discount,status
        O1,M1,2026-01-01,10.00,tea,shop,C1,1.00,paid
        O2,M2,2026-01-02,20.00,,,,,
        O3,M1,2026-01-03,-5.00,tea,app,,,returned
        """

    @Test func importingTwiceChangesNothing() throws {
        let fixture = try ImportFixture()
        #expect(try fixture.load(.orders, orders).new == 3)
        let before = try fixture.everything()
        let again = try fixture.load(.orders, orders)
        #expect(again.read == 3 && again.unchanged == 3)
        #expect(try fixture.everything() == before)
        #expect(again.waitingMembers == 2 && again.notes.count == 1)
        #expect(
            try fixture.rows("SELECT kind, name, read, new, updated, unchanged, rejected FROM import_file ORDER BY id")
                == ["orders|file.csv|3|3|0|0|0", "orders|file.csv|3|0|0|3|0"])
    }

    @Test(arguments: [
        ("O1,M1,2026-01-01,11.00,tea,shop,C1,1.00,paid", "M1|1767196800|1100"),
        ("O1,M2,2026-01-01,10.00,tea,shop,C1,1.00,paid", "M2|1767196800|1000"),
        ("O1,M1,2026-01-05,10.00,tea,shop,C1,1.00,paid", "M1|1767542400|1000"),
        ("O1,M9,2026-01-05,-1,,,,,", "M9|1767542400|-100"),
    ])
    func knownIDUpdatesItsRowWhereverItMoves(row: String, stored: String) throws {
        for fixture in [try ImportFixture(), try ImportFixture.small()] {
            try fixture.load(.orders, orders)
            let header = orders.prefix { $0 != "\n" }
            let report = try fixture.load(.orders, "\(header)\n\(row)\n")
            #expect(report.updated == 1 && report.new == 0)
            let sql = "SELECT member_id, at, amount FROM member_order JOIN member ON key = member WHERE order_id = 'O1'"
            #expect(try fixture.rows(sql) == [stored])
            #expect(try fixture.rows("SELECT count FROM data_digest WHERE kind = 'orders'") == ["3"])
            #expect(try fixture.slotsMatchRows())
            #expect(try fixture.packDifferences() == [])
        }
    }

    @Test func lastRowOfAnIDInOneFileWins() throws {
        let fixture = try ImportFixture()
        let report = try fixture.load(
            .orders,
            """
            order_id,member_id,ordered_at,amount
            A,M1,2026-01-01,1
            B,M1,2026-01-01,1
            A,M1,2026-01-01,1
            A,M2,2026-01-02,2
            B,M1,2026-01-01,3
            """)
        #expect(report.new == 2 && report.unchanged == 1 && report.updated == 2)
        let sql = "SELECT order_id, member_id, amount FROM member_order JOIN member ON key = member ORDER BY 1"
        #expect(try fixture.rows(sql) == ["A|M2|200", "B|M1|300"])
    }

    @Test func tooManyRejectedRowsFailTheFileButLeaveTheList() throws {
        var fixture = try ImportFixture()
        fixture.maxRejectedShare = 2_500
        let header = "order_id,member_id,ordered_at,amount\n"
        let path = try fixture.folder.write(header + "A,M,2026-01-01,1\nB,M,x,1\nC,M,x,1\n", to: "o.csv")
        let error = try #require(fixture.failure(.orders, path))
        #expect(error.code == .badData && error.message.contains("2 of 3 rows are rejected, more than the 25.00 %"))
        #expect(try fixture.contents().isEmpty)
        #expect(try fixture.rows("SELECT * FROM import_file").isEmpty)
        #expect(try fixture.folder.read("o.csv.rejected.csv").split(separator: "\n").count == 3)
        // One in four is exactly the limit, and the list of the last attempt is replaced.
        try fixture.load(
            .orders, header + "A,M,2026-01-01,1\nB,M,2026-01-01,1\nC,M,x,1\nD,M,2026-01-01,1\n", name: "o.csv")
        #expect(try fixture.folder.read("o.csv.rejected.csv").split(separator: "\n").count == 2)
        try fixture.load(.orders, header + "C,M,2026-01-01,1\n", name: "o.csv")
        #expect(!fixture.folder.contains("o.csv.rejected.csv"))
    }

    @Test func correctedRejectsFileCanBeImportedAsItIs() throws {
        let fixture = try ImportFixture()
        try fixture.load(.members, "member_id,joined_at,city\nM,x,Wuhan\n", name: "m.csv")
        let rejects = try fixture.folder.read("m.csv.rejected.csv").replacingOccurrences(
            of: ",x,", with: ",2025-01-01,")
        #expect(try fixture.load(.members, rejects, name: "again.csv").new == 1)
        #expect(try fixture.rows("SELECT attributes FROM member") == ["{\"city\":\"Wuhan\"}"])
    }

    @Test func rejectsThatCannotBeWrittenFailTheImport() throws {
        let fixture = try ImportFixture()
        try fixture.folder.write("", to: "o.csv.rejected.csv.partial/blocker")
        let path = try fixture.folder.write(
            "order_id,member_id,ordered_at,amount\nA,M,x,1\nB,M,2026-01-01,1\n", to: "o.csv")
        let error = try #require(fixture.failure(.orders, path))
        #expect(error.code == .badConfiguration && error.message.contains("rejected rows cannot be written"))
        #expect(try fixture.contents().isEmpty)
    }

    @Test(arguments: [false, true])
    func fileThatBreaksAtItsEndLeavesEverythingAsItWas(isSmall: Bool) throws {
        let fixture = isSmall ? try ImportFixture.small() : try ImportFixture()
        try fixture.load(.orders, orders)
        let before = try fixture.everything()
        let rows = (0..<500).map { "N\($0),M\($0),2026-01-01,1,c\($0)\n" }.joined()
        let text = "order_id,member_id,ordered_at,amount,category\nO1,M7,2026-02-01,1,tea\n" + rows + "X,\"M"
        #expect(fixture.failure(.orders, try fixture.folder.write(text, to: "o.csv")) != nil)
        #expect(try fixture.everything() == before)
        #expect(!fixture.folder.contains("o.csv.rejected.csv"))
        #expect(try fixture.folder.files().filter { $0.contains("retier-sort") }.isEmpty)
    }

    @Test func membersKeepUnknownColumnsAsSortedAttributes() throws {
        let fixture = try ImportFixture()
        try fixture.load(.orders, orders)
        let text =
            "zone,member_id,joined_at,birthday,city\nwest,M1,2025-05-01,1990-07-09,\"a\\\"\"b\"\n,M2,2025-05-02,,\n"
        #expect(try fixture.load(.members, text).new == 2)
        #expect(
            try fixture.rows("SELECT member_id, joined_at, birthday, attributes FROM member ORDER BY 1") == [
                "M1|1746028800|709|{\"city\":\"a\\\\\\\"b\",\"zone\":\"west\"}", "M2|1746115200|-|-",
            ])
        #expect(try fixture.load(.members, text).unchanged == 2)
        #expect(try fixture.load(.members, "member_id,joined_at\nM1,2025-05-01\n").updated == 1)
        #expect(try fixture.rows("SELECT count FROM data_digest WHERE kind = 'members'") == ["2"])
    }

    @Test func consentsAreHistoryByMoment() throws {
        let fixture = try ImportFixture()
        let header = "member_id,channel,purpose,granted,at,proof\n"
        let text = header + "M,sms,marketing,YES,2026-01-01,form 7\nM,sms,marketing,0,2026-02-01,\n"
        #expect(try fixture.load(.consents, text).new == 2)
        #expect(try fixture.load(.consents, text).unchanged == 2)
        #expect(try fixture.load(.consents, header + "M,sms,marketing,false,2026-01-01,form 7\n").updated == 1)
        #expect(try fixture.load(.consents, header + "M,sms,marketing,maybe,2026-01-01,\n").rejected == 1)
        #expect(try fixture.rows("SELECT granted, proof FROM consent ORDER BY at") == ["0|form 7", "0|-"])
    }

    @Test func anIdentityOfASecondMemberMergesTheTwoAndSaysSo() throws {
        let fixture = try ImportFixture()
        let header = "source,external_id,member_id\n"
        #expect(try fixture.load(.identities, header + "wx,1,M1\n").new == 1)
        try fixture.load(.orders, "order_id,source,external_id,ordered_at,amount\nO,wx,1,2026-01-01,1\n")
        let report = try fixture.load(.identities, header + "wx,1,M2\n")
        #expect(report.new == 1 && report.notes.first?.hasPrefix("1 members were merged") == true)
        #expect(try fixture.ledger.mergedInto("M2") == "M1")
        #expect(try fixture.contents().contains("order|O|M1|1767196800|100|-|-|-|-|-"))
    }
}
