import RetierCore

/// Turns what a step grants by the length of an incident into options: a table of lengths, or an amount for each hour.
struct ScaleReader {
    var findings: Findings
    let programme: Programme?

    static let amount = "amount"

    /// The options of a scaled step, shortest incident first; none where it has no scale.
    mutating func read(_ step: YAMLNode) -> [Playbook.Step.Option] {
        guard let node = step["scale"] else { return [] }
        let options = node.items.map { table($0, at: node) } ?? hourly(node)
        for key in ["cost", "choose"] where step[key] != nil {
            findings.add(
                "bad-value", at: step[key], message: "a scaled step has no `\(key)`: its scale says what it costs",
                hint: "write it in the scale, or leave `scale` out")
        }
        return options
    }

    private mutating func table(_ items: [YAMLNode], at node: YAMLNode) -> [Playbook.Step.Option] {
        var reader = OptionReader(findings: findings, programme: programme)
        let options = items.map { item in
            let values = reader.values(item)
            return Playbook.Step.Option(
                id: item["id"]?.text ?? "", cost: values.cost, response: values.response,
                parameters: values.parameters, hours: item["hours"]?.integer ?? 1)
        }
        findings = reader.findings
        if options.isEmpty || options.count > Playbook.Step.mostLengths {
            findings.add(
                "bad-value", at: node, message: "`scale` has \(options.count) lengths",
                hint: "write 1 to \(Playbook.Step.mostLengths)")
        }
        for (index, option) in options.enumerated() {
            if options[..<index].contains(where: { $0.id == option.id }) {
                findings.add(
                    "duplicate-id", at: items[index]["id"], message: "length `\(option.id)` is given twice",
                    hint: "give each length its own id")
            }
            if let last = options[..<index].last, (last.hours ?? 0) >= (option.hours ?? 0) {
                findings.add(
                    "bad-value", at: items[index]["hours"],
                    message: "length `\(option.id)` is not for a longer incident than `\(last.id)` before it",
                    hint: "write the lengths in ascending order")
            }
        }
        return options
    }

    /// `{per_hour: 10.00, most: 100.00}` as a table: 1h costs 10, 2h 20, and so on up to the most.
    private mutating func hourly(_ node: YAMLNode) -> [Playbook.Step.Option] {
        let currency = programme?.currency ?? Currency(code: "CNY")
        guard let rate = node["per_hour"].flatMap({ findings.money($0, in: currency) }),
            let most = node["most"].flatMap({ findings.money($0, in: currency) })
        else { return [] }
        guard rate > .zero, most >= rate else {
            findings.add(
                "bad-value", at: node, message: "`most` is less than one hour's amount, or nothing is granted",
                hint: "write the amount for each started hour, and as `most` what is never exceeded")
            return []
        }
        let hours = (most.minorUnits - 1) / rate.minorUnits + 1
        guard hours <= Int64(Playbook.Step.mostLengths) else {
            findings.add(
                "bad-value", at: node["most"],
                message: "`most` is reached after \(hours) hours only",
                hint: "write at most \(Playbook.Step.mostLengths) times the hourly amount, or a table of lengths")
            return []
        }
        return (1...Int(hours)).map { hour in
            let cost = Money(minorUnits: min(rate.minorUnits * Int64(hour), most.minorUnits))
            return Playbook.Step.Option(
                id: "\(hour)h", cost: cost, parameters: [(Self.amount, cost.text(decimals: currency.decimals))],
                hours: hour)
        }
    }
}
