import Foundation
import RetierCore
import RetierTestSupport
import Testing

@testable import RetierBrand

/// The editor schemas against an independent validator (Python's `jsonschema`), on every fixture and the library.
struct SchemaTests {
    static let hasValidator = (try? runProcess("python3", ["-c", "import jsonschema"]))?.status == 0

    @Test(.enabled(if: hasValidator, "python3 with the jsonschema package is not installed"))
    func schemaAndLoaderAgreeOnStructure() throws {
        let scratch = try TemporaryFolder()
        try scratch.write(BrandSchema.programme, to: "programme.json")
        try scratch.write(BrandSchema.playbook, to: "playbook.json")
        try scratch.write(SchemaTests.validator, to: "validate.py")
        var documents: [(path: String, isSound: Bool)] = []
        for (path, text) in try corpus() {
            var findings = Findings(file: path)
            guard let root = YAMLDocument.read(text, into: &findings), findings.all.isEmpty else { continue }
            let isProgramme = path.hasSuffix("retier.yaml")
            var check = ShapeCheck(findings: findings)
            check.check(root, .keys(isProgramme ? ProgrammeShape.keys : PlaybookShape.keys), at: "")
            let kind = isProgramme ? "programme" : "playbook"
            try scratch.write(JSON(root).text, to: "\(documents.count).\(kind)")
            documents.append((path, check.findings.all.isEmpty))
        }
        let run = try runProcess("python3", [scratch.path("validate.py"), scratch.path, String(documents.count)])
        #expect(run.status == 0, "\(run.errors)")
        let answers = run.output.split(separator: "\n").map(String.init)
        try #require(answers.count == documents.count)
        for (document, answer) in zip(documents, answers) {
            #expect((answer == "valid") == document.isSound, "\(document.path): schema says \(answer)")
        }
        #expect(documents.contains { $0.isSound } && documents.contains { !$0.isSound })
    }

    /// Fixtures, the library, and one broken variant for each line of the valid playbook and configuration.
    private func corpus() throws -> [(String, String)] {
        var found: [(String, String)] = []
        let fixtures = "Tests/RetierBrandTests/Fixtures"
        for path in Repository.files(under: fixtures) + Repository.files(under: "playbooks")
        where path.hasSuffix(".yaml") {
            found.append((path, try Repository.read(path)))
        }
        found.append(("scaffold/retier.yaml", ScaffoldConfiguration.text))
        for path in ["playbooks/quiet.yaml", "retier.yaml"] {
            let text = try Repository.read("\(fixtures)/valid/\(path)")
            for (index, changed) in variants(of: text).enumerated() {
                found.append(("variant \(index) of \(path)", changed))
            }
        }
        return found
    }

    private func variants(of text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return lines.indices.flatMap { index in
            [lines[index].replacing(": ", with: "x: "), lines[index].replacing(": ", with: ": -"), ""].map { line in
                lines.enumerated().map { $0.offset == index ? line : $0.element }.joined(separator: "\n")
            }
        }
    }

    private static let validator = """
        import json, sys
        from jsonschema import Draft7Validator
        folder, count = sys.argv[1], int(sys.argv[2])
        validators = {}
        for kind in ("programme", "playbook"):
            schema = json.load(open(f"{folder}/{kind}.json"))
            Draft7Validator.check_schema(schema)
            validators[kind] = Draft7Validator(schema)
        import os
        for index in range(count):
            kind = next(k for k in validators if os.path.exists(f"{folder}/{index}.{k}"))
            value = json.load(open(f"{folder}/{index}.{kind}"))
            errors = sorted(validators[kind].iter_errors(value), key=str)
            print("valid" if not errors else errors[0].message.replace("\\n", " ")[:200])
        """
}

extension JSON {
    /// A YAML value as the JSON that editors compare with the schema.
    fileprivate init(_ node: YAMLNode) {
        switch node.content {
        case .map(let entries): self = .object(entries.map { ($0.key, JSON($0.value)) })
        case .list(let items): self = .list(items.map(JSON.init))
        case .scalar(let scalar):
            switch scalar.kind {
            case .text: self = .string(scalar.text)
            case .flag: self = .flag(scalar.text == "true")
            case .null: self = .number("null")
            case .integer, .decimal: self = .number(scalar.text)
            }
        }
    }
}
