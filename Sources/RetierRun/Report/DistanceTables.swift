import RetierCore
import RetierLedger

/// How far members near the cuts are from moving, in the programme's own terms: money, purchase days, days.
struct DistanceTables {
    let page: ReportPage
    private var model: ReportModel { page.model }
    private var figures: RunFigures { model.now }

    /// Members by the size of one number's change.
    private struct Number {
        var name: String
        /// Changes of at most this much, in the number's own unit, ascending.
        var steps: [(most: Int64, members: Int)] = []
        /// Members whom no change of this number moves.
        var beyond = 0
    }

    var markup: Markup {
        let blocks = model.tiers.indices.flatMap { tier in
            [Figure.Part.entering, .losing].compactMap { block($0, tier) }
        }
        guard !blocks.isEmpty else { return .empty }
        let source = page.say(
            """
            定义：对离门槛（升级，下一层级会员）或保级线（降级，本层级会员）不到 5 分、尚未越过的会员，只改变一个数字、\
            其他数字与其他会员的排名都不变时，这样的改变对其中一成、四分之一、一半的人已足够；– 表示对这么多人怎样都不够。\
            层级直接看某个数字（如消费额）时，计入全部会员，0 表示已经越过。由多个数字组成的维度不在此列，\
            逐人可用 retier explain 查看。\
            跌破保级线后，连续多次才会降级。
            """,
            """
            Definition: of the members at most five points from the entry cut (moving up, members of the tier below) \
            or from the keeping line (moving down, members of the tier) who have not crossed it: a change of this \
            number that is enough for a tenth, a quarter, half of them, while their other numbers and the ranks of \
            all others stay as they are; – where no change of it is enough for so many. Where a tier looks at a \
            number itself, such as spend, all members count, and 0 means that the line is crossed already. \
            Dimensions of several numbers are left out; retier explain tells them member by member. Below the \
            keeping line the tier is lost only after several runs.
            """)
        return """
            <h3>\(page.say("还差多少、还剩多少", "How little is missing, how little is left"))</h3>
            \(blocks)<p class="source">\(source)</p>
            """
    }

    private func block(_ part: Figure.Part, _ tier: Int) -> Markup? {
        let id = model.tiers[tier].id
        let members = figures.count(part, id)
        let numbers = numbers(part, id)
        guard members > 0, !numbers.isEmpty else { return nil }
        let title = page.title(ofTier: tier)
        let head =
            part == .entering
            ? page.say("升到「\(title)」", "Up to \(title)") : page.say("跌破「\(title)」的保级线", "Below what keeps \(title)")
        let shares = [
            (10, page.say("一成", "a tenth")), (25, page.say("四分之一", "a quarter")), (50, page.say("一半", "half")),
        ]
        let rows = numbers.map { number -> [Markup] in
            let moved = members - number.beyond
            let sizes = shares.map { "\(size(number, part, of: members, percent: $0.0))" as Markup }
            return ["\(label(number))"] + sizes + [
                "\(page.number(moved))", "\(ReportNumbers.percent(moved, of: members))",
            ]
        }
        let table = ReportTable(
            columns: [.text(page.say("只改变这一项", "This change alone"))]
                + shares.map { $0.0 == 10 ? .optional($0.1) : .number($0.1) }
                + [.number(page.say("够用的会员", "Enough for")), .optional(page.say("占比", "Share"))],
            rows: rows, fits: true)
        return """
            <h4><i class="dot t\(tier)"></i>\(head) · \(page.number(members))</h4>\(table.markup)\
            \(page.details(page.tableSummary, all(numbers, part)))
            """
    }

    /// The numbers of a block, those first that move most members; steps ascending.
    private func numbers(_ part: Figure.Part, _ tier: String) -> [Number] {
        var numbers: [String: Number] = [:]
        for figure in figures.figures where figure.part == part && figure.subject == tier && !figure.object.isEmpty {
            let words = figure.object.split(separator: " ")
            let name = String(words[0])
            if words.count > 1, let most = Int64(words[1]) {
                numbers[name, default: Number(name: name)].steps.append((most, Int(figure.value)))
            } else {
                numbers[name, default: Number(name: name)].beyond = Int(figure.value)
            }
        }
        for name in numbers.keys { numbers[name]?.steps.sort { $0.most < $1.most } }
        return numbers.values.sorted { ($0.beyond, $0.name) < ($1.beyond, $1.name) }
    }

    /// The size of a change that is enough for a share of the members; a dash where none is.
    private func size(_ number: Number, _ part: Figure.Part, of members: Int, percent: Int) -> String {
        var sum = 0
        for step in number.steps {
            sum += step.members
            if sum * 100 >= members * percent { return text(step.most, of: number.name, part) }
        }
        return "–"
    }

    private func label(_ number: Number) -> String {
        let name = model.measures.title(of: number.name)(page.language)
        let title = name.prefix(1).uppercased() + name.dropFirst()
        switch model.measures.unit(of: number.name) {
        case .money: return page.say("\(title)（\(model.currency.code)）", "\(title) (\(model.currency.code))")
        case .days: return page.say("\(title)（天）", "\(title) (days)")
        default: return title
        }
    }

    /// A size of a change with its sign, in what the number is counted in.
    private func text(_ most: Int64, of name: String, _ part: Figure.Part) -> String {
        // Whoever rises needs more of it, but fewer days since the last purchase; who falls the other way round.
        let grows = (part == .entering) != Measure.usuallyLower.contains(name) || name == "coupon_orders"
        let size = Int(most / model.measures.grain(of: name))
        let percent = model.measures.unit(of: name) == .share ? "%" : ""
        return ReportNumbers.signed(grows ? size : -size) + percent
    }

    /// Every size with the members for whom it is the least that is enough.
    private func all(_ numbers: [Number], _ part: Figure.Part) -> Markup {
        let rows = numbers.flatMap { number -> [[Markup]] in
            var below: Int64?
            var rows = number.steps.map { step -> [Markup] in
                defer { below = step.most }
                let from = below.map { text($0, of: number.name, part) + " … " } ?? ""
                return [
                    "\(label(number))", "\(from)\(text(step.most, of: number.name, part))",
                    "\(page.number(step.members))",
                ]
            }
            if number.beyond > 0 {
                rows.append([
                    "\(label(number))", "\(page.say("不够或无数据", "not enough, or not known"))",
                    "\(page.number(number.beyond))",
                ])
            }
            return rows
        }
        return ReportTable(
            columns: [
                .text(page.say("只改变这一项", "This change alone")), .number(page.say("改变多少", "By")),
                .number(page.say("会员", "Members")),
            ], rows: rows
        ).markup
    }
}
