package import RetierCore
package import RetierLedger

/// What a plan needs a person's word for, and the words that were given on it.
package struct PlanApprovals: Sendable {
    package let needs: [ApprovalNeed]
    /// On this very file, the first given first.
    package let words: [Approval]
    private let plan: String
    private let brand: String
    private let currency: Currency
    private let language: Language

    init(_ plan: PlanFile, tally: Tally, workspace: Workspace) throws {
        needs = workspace.programme.approvals.needs(
            of: tally, known: try workspace.ledger.knownPlaybooks(before: plan.runID))
        words = try workspace.ledger.approvals(ofPlan: plan.digest)
        self.plan = plan.path
        brand = workspace.folder.path
        currency = workspace.programme.currency
        language = workspace.language
    }

    /// Those of a plan whose brand folder is here; nil where anything stands in the way, because a plan can be read
    /// anywhere.
    package static func known(_ plan: PlanFile, in folder: BrandFolder) -> PlanApprovals? {
        guard let workspace = try? Workspace.open(folder), workspace.programme.brand == plan.header.brand,
            let tally = try? plan.tally()
        else { return nil }
        return try? PlanApprovals(plan, tally: tally, workspace: workspace)
    }

    /// The first word on each need that has one.
    var given: [(need: ApprovalNeed, word: Approval)] {
        needs.compactMap { need in word(on: need).map { (need, $0) } }
    }

    private func word(on need: ApprovalNeed) -> Approval? { words.first { $0.covers(need.playbook) } }

    /// What the plan waits for, and the command that gives it; nil where it may be applied.
    package var request: (sentence: String, command: String)? {
        let missing = needs.filter { word(on: $0) == nil }
        guard !missing.isEmpty else { return nil }
        let sentences = missing.map { "\($0.cause.rawValue): \($0.sentence(currency)(language))" }
        return (
            "the plan needs approval: " + sentences.joined(separator: "; "),
            "retier approve \(plan) --brand \(brand) --reason TEXT"
        )
    }

    /// Throws exit code 4 where a word is missing.
    func refuseUnlessGiven() throws {
        guard let (sentence, command) = request else { return }
        throw RetierError(
            .refused, sentence, hint: "read it with retier show, then say so with \(command), and apply it")
    }

    /// One line each need with who has approved it, and each further word; empty where there is none.
    package var text: String {
        var lines = needs.map { need in
            let sentence = need.sentence(currency)(language)
            return word(on: need).map { "\(sentence) > \(words($0))" }
                ?? sentence + LocalizedText(zh: " > 尚未审批", en: " > not approved")(language)
        }
        let used = given.map(\.word)
        lines += words.filter { !used.contains($0) }.map(words(_:))
        return lines.map { $0 + "\n" }.joined()
    }

    private func words(_ word: Approval) -> String {
        let scope = word.playbook.map { " (\($0))" } ?? ""
        return LocalizedText(
            zh: "\(word.operatorName) 于 \(word.at) 审批通过\(scope)：\(word.reason)",
            en: "approved\(scope) by \(word.operatorName) at \(word.at): \(word.reason)")(language)
    }

    package var json: String {
        let needs = needs.map { need in
            JSONObject.text {
                $0.add("cause", need.cause.rawValue)
                $0.add("playbook", need.playbook)
                $0.add("cost", need.cost.text(decimals: currency.decimals))
                $0.add("limit", need.limit?.text(decimals: currency.decimals))
                $0.add("approved", word(on: need) != nil)
            }
        }
        let words = words.map { word in
            JSONObject.text {
                $0.add("playbook", word.playbook)
                $0.add("operator", word.operatorName)
                $0.add("at", word.at.description)
                $0.add("reason", word.reason)
            }
        }
        return JSONObject.text {
            $0.add("needs", json: "[" + needs.joined(separator: ",") + "]")
            $0.add("words", json: "[" + words.joined(separator: ",") + "]")
        }
    }
}
