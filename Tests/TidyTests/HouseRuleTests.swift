import RetierTestSupport
import Testing

/// The rules of the house, applied to every Swift file of the repository.
@Suite struct HouseRuleTests {
    private static let sources: [SwiftSource] = (Repository.files(under: "Sources") + Repository.files(under: "Tests"))
        .filter { $0.hasSuffix(".swift") }
        .compactMap { path in (try? Repository.read(path)).map { SwiftSource(path: path, text: $0) } }

    @Test func thereAreSourcesToCheck() {
        #expect(Self.sources.count > 40)
    }

    @Test(arguments: HouseRule.all)
    func theRepositoryKeeps(rule: HouseRule) {
        let findings = Self.sources.flatMap(rule.check)
        #expect(findings.isEmpty, "\(rule.explanation(of: findings))")
    }
}
