/// What WeCom's message types show otherwise than it was meant.
enum WeComMarkup {
    static func breaches(in text: String, type: String) -> [String] {
        switch type {
        case "markdown_v2":
            var breaches: [String] = []
            if text.contains("<font") { breaches.append("markdown_v2 shows <font> as text") }
            if text.contains("<@") { breaches.append("markdown_v2 mentions nobody, <@ is shown as text") }
            return breaches
        case "markdown":
            var breaches: [String] = []
            for match in text.matches(of: /<font color="([^"]*)">/)
            where !["info", "comment", "warning"].contains(String(match.1)) {
                breaches.append("markdown knows the colours info, comment and warning, not '\(match.1)'")
            }
            if text.contains(/(?m)^\|?[ :]*-{3,}[ :]*\|/) { breaches.append("markdown shows a table as text") }
            return breaches
        case "text":
            return text.contains("<font") ? ["text shows <font> as text"] : []
        default: return []
        }
    }
}
