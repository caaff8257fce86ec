/// What a list amounts to: how many actions of each step, members, cost.
struct ListDigest: Sendable {
    private struct Step: Hashable {
        var playbook: String
        var title: String
        var stage: String
    }

    private var counts: [Step: Int] = [:]
    private var members: Set<String> = []
    private var cost: Int64 = 0
    private let actions: Int

    init(_ actions: [PlannedDecision]) {
        self.actions = actions.count
        for action in actions {
            let listed = ListedAction(action)
            let step = Step(playbook: listed.playbook, title: listed.title, stage: listed.stage)
            counts[step, default: 0] += 1
            members.insert(action.memberID)
            cost += action.cost.minorUnits
        }
    }

    /// Members, cost and where the details are, in one line.
    func total(files: Int, currency: Currency, language: Language) -> String {
        let amount = "\(currency.code) \(Money(minorUnits: cost).text(decimals: currency.decimals))"
        return LocalizedText(
            zh: "\(members.count) 名会员，成本合计 \(amount)，明细见附件" + (files == 1 ? "" : "（\(files) 个文件）"),
            en: (members.count == 1 ? "1 member" : "\(members.count) members") + ", cost \(amount), details in the "
                + (files == 1 ? "attached file" : "\(files) attached files"))(language)
    }

    /// One line a step, the largest first, as many as fit into some bytes; the last one sums up what does not.
    func lines(markup: RobotMarkup, language: Language, limit: MessageLimit, room: Int) -> [String] {
        let steps = counts.sorted { left, right in
            left.value != right.value
                ? left.value > right.value
                : (left.key.playbook, left.key.stage, left.key.title)
                    < (right.key.playbook, right.key.stage, right.key.title)
        }
        let all = steps.map { step, count in
            let name = "\(markup.inline(step.title)) · \(markup.inline(step.stage))"
            return "> " + name + LocalizedText(zh: "：\(count)", en: ": \(count)")(language)
        }
        func bytes(_ lines: [String]) -> Int {
            lines.reduce(0) { $0 + limit.bytes(of: $1) + limit.bytes(of: markup.lineBreak) }
        }
        if bytes(all) <= room { return all }
        var shown = 0
        var used = 0
        while shown < all.count, used + bytes([all[shown], rest(steps.count, actions, language)]) <= room {
            used += bytes([all[shown]])
            shown += 1
        }
        let others = steps[shown...].reduce(0) { $0 + $1.value }
        return all[..<shown] + [rest(steps.count - shown, others, language)]
    }

    private func rest(_ steps: Int, _ actions: Int, _ language: Language) -> String {
        LocalizedText(zh: "> 其余 \(steps) 个步骤：\(actions)", en: "> \(steps) other steps: \(actions)")(language)
    }
}
