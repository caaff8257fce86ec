import Foundation
import RetierCore
import RetierTestSupport
import Testing

@testable import RetierBrand

struct ScaffoldTests {
    @Test func newFolderHasEverythingAndNothingElse() throws {
        let folder = try BrandFixture.scaffold()
        let files = try folder.files()
        let library = Repository.files(under: "playbooks") + Repository.files(under: "templates")
        let own = [".gitignore", ".retier/playbook.schema.json", ".retier/programme.schema.json", "retier.yaml"]
        #expect(Set(files) == Set((library + own).map { "brand/" + $0 }))
        #expect(FileManager.default.fileExists(atPath: folder.path("brand/inbox")))
        #expect(FileManager.default.fileExists(atPath: folder.path("brand/var")))
        let first = try folder.read("brand/playbooks/birthday.yaml").split(separator: "\n").first
        #expect(first == "# yaml-language-server: $schema=../.retier/playbook.schema.json")
    }

    @Test func commentedExamplesAreValidOnceUncommented() throws {
        let folder = try BrandFixture.scaffold()
        let text = try folder.read("brand/retier.yaml")
        var uncommented = 0
        let lines = try text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if let body = line.firstMatch(of: #/^  #   (\{".*\})$/#) {
                try folder.write(String(body.1), to: "brand/templates/gateway/sms.json.mustache")
            }
            guard let example = line.firstMatch(of: #/^  # ( *[a-z_-]+:( .*)?)$/#) else { return String(line) }
            uncommented += 1
            return "  " + example.1
        }
        try folder.write(lines.joined(separator: "\n"), to: "brand/retier.yaml")
        #expect(uncommented == 21)
        let directory = URL(filePath: folder.path("brand"))
        let brand = try Brand.load(directory: directory, zoneRules: BrandFixture.zoneRules)
        #expect(brand.warnings.map(\.description) == [])
        let kinds = brand.programme.endpoints.map(\.id)
        #expect(kinds == ["crm", "crm-hook", "sms", "sms-gateway", "staff", "stores"])
    }

    @Test func emptyFolderIsFilledAndAnyOtherRefused() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("empty"), withIntermediateDirectories: true)
        try folder.write("x", to: "used/file.txt")
        let library = URL(filePath: Repository.root)
        try BrandScaffold.create(at: URL(filePath: folder.path("empty")), library: library)
        #expect(folder.contains("empty/retier.yaml"))
        let error = #expect(throws: RetierError.self) {
            try BrandScaffold.create(at: URL(filePath: folder.path("used")), library: library)
        }
        #expect(error?.message.contains("not empty (it has `file.txt`)") == true)
        #expect(try folder.files().filter { $0.hasPrefix("used") } == ["used/file.txt"])
    }

    @Test func failureLeavesNothingBehind() throws {
        let folder = try TemporaryFolder()
        #expect(throws: RetierError.self) {
            try BrandScaffold.create(
                at: URL(filePath: folder.path("brand")), library: URL(filePath: folder.path("no-library")))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func libraryIsFoundByVariableByPlaceAndUpwards() throws {
        let folder = try TemporaryFolder()
        for path in [
            "lib/playbooks/a", "lib/templates/a", "usr/share/retier/playbooks/a", "usr/share/retier/templates/a",
        ] {
            try folder.write("", to: path)
        }
        try folder.write("", to: "lib/build/debug/retier")
        func locate(_ path: String, _ environment: [String: String] = [:]) throws -> String {
            try LibraryLocator.locate(executable: URL(filePath: folder.path(path)), environment: environment)
                .resolvingSymlinksInPath().path
        }
        let base = URL(filePath: folder.path).resolvingSymlinksInPath().path
        #expect(try locate("usr/bin/retier") == base + "/usr/share/retier")
        #expect(try locate("lib/build/debug/retier") == base + "/lib")
        #expect(try locate("usr/bin/retier", ["RETIER_LIBRARY": folder.path("lib")]) == base + "/lib")
        #expect(throws: RetierError.self) { try locate("elsewhere/retier") }
        #expect(throws: RetierError.self) { try locate("usr/bin/retier", ["RETIER_LIBRARY": "/nowhere"]) }
    }
}
