import RetierCore
import RetierLedger

/// How fresh and complete the data is, and which runs stand behind the page.
struct DataSections {
    let page: ReportPage
    private var model: ReportModel { page.model }

    // MARK: Imports

    var imports: Markup {
        let figures = model.figures
        let counts = ReportVocabulary.dataKinds.compactMap { kind -> Markup? in
            guard let rows = figures.rowCounts[kind] else { return nil }
            return "<li>\(ReportVocabulary.dataKind(kind)(page.language)) <b>\(page.number(rows))</b></li>"
        }
        let source = page.say(
            "范围：最近 \(page.number(figures.imports.count)) 个文件。定义：读取 = 新增 + 更新 + 未变 + 拒绝；拒绝的行在文件旁的 .rejected.csv 里。",
            """
            Scope: the latest \(page.number(figures.imports.count)) files. Definition: read = new + updated + \
            unchanged + rejected; rejected rows lie in the .rejected.csv beside the file.
            """)
        let files =
            figures.imports.isEmpty
            ? page.empty(page.say("还没有导入任何文件。", "No file has been imported yet.")) : importTable
        return page.section(
            page.say("数据", "Data"), lead: freshness, source: "\(source)",
            "<ul class=\"legend\">\(counts)</ul>\(files)")
    }

    private var freshness: String {
        guard let newest = model.figures.newestOrder else {
            return page.say("账本中没有订单。", "The ledger holds no orders.")
        }
        let day = model.zone.day(of: newest)
        var text = page.say("最新一笔订单在 \(day)", "The newest order is of \(day)")
        if let asOf = model.figures.scope.first?.asOf {
            let days = asOf.days(since: day)
            text += page.say("，距数据截至日 \(days) 天", ", \(days) \(days == 1 ? "day" : "days") before the data's date")
        }
        text += page.say("。", ".")
        if model.figures.waiting > 0 {
            let waiting = page.number(model.figures.waiting)
            text += page.say(
                "另有 \(waiting) 位只在订单等文件里出现过、尚无会员资料，等待补全，未参与分层。",
                " \(waiting) members are known from other files only; they wait for their record and are not tiered.")
        }
        return text
    }

    private var importTable: Markup {
        let rows = model.figures.imports.map { file -> [Markup] in
            let rejected: Markup = file.rejected > 0 ? "<b class=\"alarm\">\(page.number(file.rejected))</b>" : "0"
            return [
                "\(file.name)<span class=\"id\">\(ReportVocabulary.dataKind(file.kind)(page.language))</span>",
                "\(ReportNumbers.moment(file.at, in: model.zone))", "\(page.number(file.read))",
                "\(page.number(file.new))", "\(page.number(file.updated))", "\(page.number(file.unchanged))", rejected,
            ]
        }
        return ReportTable(
            columns: [
                .text(page.say("文件", "File")), .number(page.say("导入时间", "Imported")),
                .number(page.say("读取", "Read")), .number(page.say("新增", "New")),
                .number(page.say("更新", "Updated")), .number(page.say("未变", "Unchanged")),
                .number(page.say("拒绝", "Rejected")),
            ], rows: rows
        ).markup
    }

    // MARK: Runs

    var runs: Markup {
        let scope = model.figures.scope
        let earlier = model.figures.refreshes.filter { refresh in !scope.contains { $0.id == refresh.id } }
        let dailies = scope.filter { $0.kind == "daily" }.prefix(7)
        let shown = scope.filter { run in run.kind != "daily" || dailies.contains(run) } + earlier
        let rows = shown.map { run -> [Markup] in
            [
                "\(run.period)<span class=\"id\">\(ReportVocabulary.runKind(run.kind)(page.language))</span>",
                "\(run.asOf.description)", "\(ReportNumbers.moment(run.committedAt, in: model.zone))",
                "\(page.number(run.members))", "\(page.number(run.sends))", "\(page.number(run.demotions))",
                "\(ReportNumbers.money(run.cost, model.currency))", "<code>\(String(run.planDigest.prefix(12)))</code>",
            ]
        }
        let table = ReportTable(
            columns: [
                .key(page.say("期间", "Period")), .number(page.say("数据截至", "Data as of")),
                .number(page.say("提交时间", "Committed")), .number(page.say("会员", "Members")),
                .number(page.say("发送", "Sends")), .number(page.say("降级", "Demoted")),
                .number(page.say("成本", "Cost")), .text(page.say("计划摘要", "Plan digest")),
            ], rows: rows)
        return page.section(
            page.say("运行记录", "Runs"),
            lead: page.say(
                "每次运行先写出计划，再原样提交；计划摘要相同即内容相同。",
                "Each run writes a plan and commits exactly that; the same digest means the same plan."),
            source: "\(scopeText)", "\(table.markup)\(approvals(of: Array(shown)))")
    }

    /// Who let the plans of these runs pass, and why; nothing where nobody had to.
    private func approvals(of runs: [ReportFigures.Run]) -> Markup {
        let lines = runs.flatMap { run in
            run.approvals.map { word -> Markup in
                let scope = word.playbook.map { page.say("剧本 \($0)", "playbook \($0)") }
                let subject = [run.period, scope].compactMap(\.self).joined(separator: ", ")
                return """
                    <li>\(subject): \(word.operatorName), \(ReportNumbers.moment(word.at, in: model.zone)): \
                    \(word.reason)</li>

                    """
            }
        }
        guard !lines.isEmpty else { return .empty }
        return "<p>\(page.say("已审批的计划：", "Plans that were approved:"))</p><ul>\(lines)</ul>"
    }

    private var scopeText: String {
        let refreshes = page.number(model.figures.refreshes.count)
        return page.say(
            "范围：最近 \(refreshes) 次月度分层，及其后最近 7 次每日运行。",
            "Scope: the latest \(refreshes) refreshes and the latest 7 daily runs after them.")
    }
}
