import RetierCore

/// What the words mean, and what the page does not say.
struct DefinitionSection {
    let page: ReportPage

    var markup: Markup {
        let terms = definitions.map { term, meaning -> Markup in "<dt>\(term)</dt><dd>\(meaning)</dd>\n" }
        let section = page.section(
            page.say("定义与边界", "Definitions and limits"), lead: "", "<dl class=\"terms\">\n\(terms)</dl>")
        let foot = page.say(
            "本页由 retier 从账本生成，只含汇总数字，不含任何会员个人信息；同一账本总是得到同一页面。",
            """
            Made by retier from the ledger: totals only, no member's data; the same ledger always gives the \
            same page.
            """)
        return "\(section)<footer>\(foot)</footer>"
    }

    private var definitions: [(String, String)] {
        [
            (
                page.say("层级", "Tier"),
                page.say(
                    "会员计划中的级别，由综合得分与门槛决定：升级即时生效，降级需连续多次低于保级线。",
                    """
                    A level of the programme, earned by the score and its entry cut: up at once, down only \
                    after several runs below the keeping line.
                    """)
            ),
            (
                page.say("层级变动率", "Changed tier"),
                page.say(
                    "（升级 + 降级）÷ 两期都在的会员。新增与离开不计。行业经验值：高于 15% 说明分层有活力。",
                    """
                    Promoted and demoted members over those present at both refreshes; new and departed ones \
                    do not count. Rule of thumb: above 15% the tiering is alive.
                    """)
            ),
            (
                page.say("价值迁移率", "Migration to the top"),
                page.say(
                    "由第二层级升入最高层级的人数 ÷ 上期第二层级人数。经验值：低于 8% 应调整策略。",
                    """
                    Members who rose from the second tier to the first over those who stood in the second. \
                    Rule of thumb: below 8% revise the strategy.
                    """)
            ),
            (
                page.say("价值滑落", "Value slide"),
                page.say(
                    "层级仍被稳定规则保住，但本期得分已低于该层级的门槛。",
                    "The stability rule still holds the tier, but the score of this run fell below its entry cut.")
            ),
            (
                page.say("离开", "Left"),
                page.say(
                    "上一期有、本期没有的会员，按其上一期层级计。",
                    "Members of the earlier refresh who are not in the later one, by the tier in which they stood.")
            ),
            (
                page.say("百分位", "Percentile"),
                page.say(
                    "p91 表示排名高于 91% 的会员；并列者取中间名次。",
                    "p91 ranks above 91% of the members; ties share their middle rank.")
            ),
            (
                page.say("判定", "Verdict"),
                page.say(
                    "发送、延后、抑制、留出对照，四者必居其一，并附原因代码；逐人查询用 retier explain。",
                    """
                    Send, deferred, suppressed or held out: exactly one for each candidate, with a reason code; \
                    retier explain tells it for one member.
                    """)
            ),
            (
                page.say("本页没有", "Not on this page"),
                page.say(
                    "没有对照组的剧本的效果：没有对照便无从知道，此处不作推测。",
                    """
                    The effect of playbooks without a control group: nobody can know it, and it is not guessed here.
                    """)
            ),
        ]
    }
}
