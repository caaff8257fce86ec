import Foundation
import RetierTestSupport
import Testing

/// What holds for the repository as a whole.
@Suite struct RepositoryTests {
    /// Folders and files at the top; anything else needs a decision record.
    private static let topLevel: Set<String> = [
        "Package.swift", "Package.resolved", "README.md", "LICENSE", "Sources", "Tests", "playbooks", "templates",
        "systemd", "scripts", "Benchmarks", "packaging", ".ci", ".gitignore", ".swift-format", ".git",
    ]

    /// What builds and demonstrations leave behind and `.gitignore` keeps out.
    private static func isIgnored(_ name: String) -> Bool {
        name.hasPrefix(".build") || name == "demo" || name == ".swiftpm" || name.hasSuffix(".xcodeproj")
    }

    /// The text files that are committed.
    private static func committedFiles() throws -> [(path: String, text: String)] {
        let names = try FileManager.default.contentsOfDirectory(atPath: Repository.root)
            .filter { !isIgnored($0) && $0 != ".git" }
        let paths = names.flatMap { name in
            let inside = Repository.files(under: name)
            return inside.isEmpty ? [name] : inside
        }
        return paths.sorted().compactMap { path in (try? Repository.read(path)).map { (path, $0) } }
    }

    @Test func theTopLevelHoldsWhatTheDesignNames() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Repository.root)
        let strangers = names.filter { !Self.isIgnored($0) && !Self.topLevel.contains($0) }
        #expect(strangers.isEmpty, "a new top-level entry needs a decision record: \(strangers.sorted())")
    }

    @Test(arguments: [
        "scripts/demo", "scripts/test", "scripts/prepare", "scripts/soak", ".ci/run", "Benchmarks/refresh",
        "Benchmarks/kmeans", "Benchmarks/lifetime", "Benchmarks/arbitration",
    ])
    func scriptsAreExecutableAndStopAtTheFirstError(path: String) throws {
        #expect(FileManager.default.isExecutableFile(atPath: Repository.root + "/" + path), "chmod +x \(path)")
        let text = try Repository.read(path)
        let isShell = text.hasPrefix("#!/usr/bin/env bash\n")
        #expect(isShell ? text.contains("set -euo pipefail") : text.hasPrefix("#!/usr/bin/env python3\n"))
    }

    @Test func buildsAndDemonstrationsAreIgnored() throws {
        let lines = try Repository.read(".gitignore").split(separator: "\n")
        for pattern in [".build*", "/demo/", ".swiftpm/"] { #expect(lines.contains(pattern[...])) }
    }

    @Test func theLicenceIsApacheTwo() throws {
        let text = try Repository.read("LICENSE")
        #expect(text.contains("Apache License") && text.contains("Version 2.0, January 2004"))
        #expect(text.contains("END OF TERMS AND CONDITIONS"))
    }

    /// Whether a place begins a word of the line; inside an address such as `https://example.com/home/` it does not.
    private static func names(_ line: Substring, place: String) -> Bool {
        line.hasPrefix(place) || [" ", "\"", "'", "=", "(", "`", ":"].contains { line.contains($0 + place) }
    }

    /// Somebody's machine has no place in a file that everybody reads.
    @Test func noFileNamesAPlaceOnOneMachine() throws {
        let places = ["work", "home", "Users", "root"].map { "/" + $0 + "/" }
        var found: [String] = []
        for (path, text) in try Self.committedFiles() {
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                for place in places where Self.names(line, place: place) {
                    found.append("\(path):\(index + 1): \(place)")
                }
            }
        }
        #expect(found.isEmpty, "write a relative path or take it as an argument: \(found.joined(separator: ", "))")
    }

    @Test func theLibraryOfPlaybooksAndTemplatesShips() {
        let playbooks = Repository.files(under: "playbooks").filter { $0.hasSuffix(".yaml") }
        let templates = Repository.files(under: "templates").filter { $0.hasSuffix(".mustache") }
        #expect(playbooks.count >= 8)
        #expect(templates.count >= playbooks.count)
    }

    /// Commands that README shows are commands that the program has.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: Repository.root + "/README.md")))
    func readmeShowsCommandsThatExist() throws {
        let readme = try Repository.read("README.md")
        let files = Repository.files(under: "Sources/retier").filter { $0.hasSuffix(".swift") }
        let sources = try files.map(Repository.read)
        let known = Set(sources.flatMap { $0.matches(of: /commandName: "([a-z]+)"/).map { String($0.1) } })
        // Odd parts lie between fences; in the others only what stands in backquotes is a command.
        var shown: Set<String> = []
        for (index, part) in readme.components(separatedBy: "```").enumerated() {
            let commands =
                index % 2 == 1
                ? part.matches(of: /(?m)^ *(?:\$ )?(?:sudo )?(?:\S*\/)?retier ([a-z]+)/).map { String($0.1) }
                : part.matches(of: /`retier ([a-z]+)/).map { String($0.1) }
            shown.formUnion(commands)
        }
        let unknown = shown.subtracting(known).subtracting(["help"])
        #expect(unknown.isEmpty, "README shows \(unknown.sorted()); the program has \(known.sorted())")
    }
}

/// The manifest against the table of who may import what.
@Suite struct ManifestTests {
    /// Names of libraries that the manifest abbreviates.
    private static let abbreviations = ["grdb": "GRDB", "sqlite": "GRDBSQLite", "crypto": "Crypto"]

    /// Dependencies of each target below `Sources`, read from the manifest's text.
    private static func targets() throws -> [String: Set<String>] {
        let text = try Repository.read("Package.swift")
        var targets: [String: Set<String>] = [:]
        for match in text.matches(of: /\.(?:target|executableTarget)\(\s*name: "(\w+)"(?s)(.*?)swiftSettings/) {
            // What only tests use may depend on what it likes.
            guard !match.2.contains("path: \"Tests/") else { continue }
            guard let start = match.2.firstRange(of: "dependencies: [")?.upperBound else {
                targets[String(match.1)] = []
                continue
            }
            let list = match.2[start...].prefix { $0 != "]" }
            var names = Set(list.matches(of: /\.product\(name: "(\w+)"/).map { String($0.1) })
            let rest = list.replacing(/\.product\([^)]*\)/, with: "")
            names.formUnion(rest.matches(of: /"(\w+)"/).map { String($0.1) })
            for word in rest.replacing(/"[^"]*"/, with: "").matches(of: /\w+/).map({ String($0.0) }) {
                names.insert(abbreviations[word] ?? word)
            }
            targets[String(match.1)] = names
        }
        return targets
    }

    @Test func theManifestGivesNoTargetMoreThanTheTable() throws {
        let targets = try Self.targets()
        #expect(Set(targets.keys) == Set(ImportTable.dependencies.keys))
        for (target, names) in targets.sorted(by: { $0.key < $1.key }) {
            let extra = names.subtracting(ImportTable.dependencies[target] ?? [])
            #expect(extra.isEmpty, "\(target) may not depend on \(extra.sorted()); see ImportTable.swift")
        }
    }

    @Test func warningsAreErrorsInEveryTarget() throws {
        let text = try Repository.read("Package.swift")
        #expect(text.contains(".treatAllWarnings(as: .error)"))
        let targets = text.matches(of: /\.(?:target|executableTarget|testTarget)\(/).count
        #expect(text.matches(of: /swiftSettings: strict/).count == targets)
    }
}
