import RetierCore

/// The keys of `retier.yaml` under `incidents`, by kind.
enum IncidentShape {
    static let kind = [
        Key("title", .localized, required: true, zh: "名称，可用于模板", en: "what members are told that it was"),
        Key(
            "affects", .list(.text(.event)), required: true, zh: "期间有这些行为的会员受影响：order、event:KIND",
            en: "members are affected who did one of these meanwhile: order, event:KIND"),
        Key(
            "late", .text(.calendarDays), fallback: IncidentKind.usualLate.description,
            zh: "结束登记后多久内仍纳入迟到的数据", en: "so long after it was closed members whose rows came late are taken up"),
    ]
}
