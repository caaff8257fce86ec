import Crypto
import Foundation
import RetierTestSupport
import Testing

/// Files of acknowledgements that must be signed; the tests sign with their own code, as the specification says.
@Suite struct SignedAckTests {
    private static let key = Data((0..<32).map { UInt8($0) })
    private static let rows = "ack_id,member_id,at,by\n1,a,2026-10-11,Li\n"

    private func bench(needsSignature: Bool = true) throws -> CommandBench {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        try bench.write("whsec_" + Self.key.base64EncodedString() + "\n", to: "secrets/acks")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: bench.path("secrets/acks"))
        if needsSignature {
            try bench.edit("retier.yaml", "max_rejected: 5%", "max_rejected: 5%\n  acks_secret: {file: secrets/acks}")
        }
        return bench
    }

    private func signature(of rows: String, key: Data = key, id: String = "msg_1") -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(id).1790000000.\(rows)".utf8), using: SymmetricKey(data: key))
        return """
            Webhook-Id: \(id)
            webhook-timestamp: 1790000000
            webhook-signature: v1,AAAA v1,\(Data(code).base64EncodedString())

            """
    }

    private func acks(_ bench: CommandBench) throws -> Int {
        try bench.ledger().number("SELECT count(*) FROM member_event")
    }

    @Test func aSignedFileIsLoaded() throws {
        let bench = try bench()
        let file = try bench.folder.write(Self.rows, to: "data/acks.csv")
        try bench.folder.write(signature(of: Self.rows), to: "data/acks.csv.signature")
        try bench.must(["import", "acks", file])
        #expect(try acks(bench) == 1)
        let other = try bench.folder.write(signature(of: Self.rows), to: "data/headers")
        try bench.must(["import", "acks", file, "--signature", other])
        try bench.write(Self.rows.replacing("1,a", with: "2,a"), to: "inbox/acks-2.csv")
        try bench.write(
            signature(of: Self.rows.replacing("1,a", with: "2,a")), to: "inbox/acks-2.csv.signature")
        try bench.load("members", "member_id,joined_at\na,2026-01-01\n")
        try bench.load("orders", "order_id,member_id,ordered_at,amount\no1,a,2026-10-01,1.00\n")
        try bench.must(["run", "daily", "--as-of", "2026-10-12"])
        #expect(try acks(bench) == 2)
        #expect(bench.files("inbox") == ["done/acks-2.csv", "done/acks-2.csv.signature"])
    }

    @Test(arguments: ["missing", "of another file", "of another key", "no signature", "of another id"])
    func anyOtherFileLoadsNothing(what: String) throws {
        let bench = try bench()
        let file = try bench.folder.write(Self.rows, to: "data/acks.csv")
        let text: String? =
            switch what {
            case "missing": nil
            case "of another file": signature(of: Self.rows + "2,b,2026-10-11,Li\n")
            case "of another key": signature(of: Self.rows, key: Data(repeating: 7, count: 32))
            case "no signature": "webhook-id: msg_1\nwebhook-timestamp: 1790000000\n"
            default: signature(of: Self.rows, id: "msg_2").replacing("msg_2", with: "msg_1")
            }
        if let text { try bench.folder.write(text, to: "data/acks.csv.signature") }
        let run = try bench.retier(["import", "acks", file])
        #expect(run.status == 65 && run.errors.contains("nothing was loaded"), "\(run.errors)")
        #expect(!run.errors.contains("whsec_"))
        #expect(try acks(bench) == 0)
        // In the inbox it stops the run and stays.
        try bench.write(Self.rows, to: "inbox/acks.csv")
        #expect(try bench.retier(["run", "daily", "--as-of", "2026-10-12"]).status == 65)
        #expect(bench.files("inbox") == ["acks.csv"])
    }

    @Test func aSignatureThatNobodyCanCheckIsRefused() throws {
        let bench = try bench(needsSignature: false)
        let file = try bench.folder.write(Self.rows, to: "data/acks.csv")
        let headers = try bench.folder.write(signature(of: Self.rows), to: "data/headers")
        #expect(try bench.retier(["import", "acks", file, "--signature", headers]).status == 78)
        #expect(try bench.retier(["import", "orders", file, "--signature", headers]).status == 64)
        try bench.must(["import", "acks", file])
        #expect(try acks(bench) == 1)
    }
}
