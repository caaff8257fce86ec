/// What stands above a list: the programme, the run, how many actions, and which part this is.
package struct ListHeading: Hashable, Sendable {
    private let programme: String
    private let header: PlanHeader
    private let language: Language

    package init(programme: LocalizedText, header: PlanHeader, language: Language) {
        self.programme = programme(language)
        self.header = header
        self.language = language
    }

    /// The programme and the run.
    package var title: String {
        let run =
            switch header.kind {
            case .refresh:
                LocalizedText(
                    zh: "月度重新分层 \(header.period)（数据截至 \(header.asOf)）",
                    en: "refresh \(header.period), data as of \(header.asOf)")
            case .daily: LocalizedText(zh: "每日运行 \(header.asOf)", en: "daily run \(header.asOf)")
            }
        return "\(programme) · \(run(language))"
    }

    /// How many actions, and which part and list this is where there are several.
    package func count(_ actions: Int, part: PartPlace, list: PartPlace) -> String {
        var words = [
            LocalizedText(zh: "共 \(actions) 个动作", en: actions == 1 ? "1 action" : "\(actions) actions")(language)
        ]
        if !part.isOnly {
            words.append(
                LocalizedText(
                    zh: "第 \(part.number)/\(part.count) 部分", en: "part \(part.number) of \(part.count)")(language))
        }
        if !list.isOnly {
            words.append(
                LocalizedText(zh: "第 \(list.number)/\(list.count) 批", en: "list \(list.number) of \(list.count)")(
                    language))
        }
        return words.joined(separator: LocalizedText(zh: "，", en: ", ")(language))
    }
}
