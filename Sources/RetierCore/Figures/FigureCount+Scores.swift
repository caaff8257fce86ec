extension FigureCount {
    /// Members and money by place.
    private struct Tally {
        var members: [Int]
        var spend: [Int128]

        init(count: Int) {
            members = Array(repeating: 0, count: count)
            spend = Array(repeating: 0, count: count)
        }

        mutating func add(_ place: Int, _ amount: Int64) {
            members[place] += 1
            spend[place] += Int128(amount)
        }
    }

    /// RFM: the recency and frequency grid, fifths of spend, the eight segments, each with its money.
    mutating func countScores() {
        var cells = Tally(count: 36)
        var fifths = Tally(count: 6)
        var segments = Tally(count: Segment8.allCases.count)
        for row in scores.isScored.indices where scores.isScored[row] {
            let spend = facts.windowTotal[row]
            cells.add(Int(scores.recency[row]) * 6 + Int(scores.frequency[row]), spend)
            fifths.add(Int(scores.monetary[row]), spend)
            segments.add(Int(scores.segment[row]), spend)
        }
        for recency in 1...5 {
            for frequency in 1...5 {
                add(cells, recency * 6 + frequency, .grid, String(recency), String(frequency))
            }
        }
        for fifth in 1...5 { add(fifths, fifth, .fifth, String(fifth)) }
        for segment in Segment8.allCases { add(segments, Int(segment.rawValue), .segment, segment.alias) }
    }

    private mutating func add(
        _ tally: Tally, _ place: Int, _ part: Figure.Part, _ subject: String, _ object: String = ""
    ) {
        figures.add(part, subject, object, is: tally.members[place])
        figures.add(part, subject, object, of: .spend, is: tally.spend[place])
    }

    /// Scores within ten points of each entry cut, point by point; only tiers that look at the score have such a cut.
    mutating func countNearCuts() {
        let width = 10_000
        for (tier, id) in tierIDs.enumerated() where model.ladder.tiers[tier].entry.yardstick == .score {
            let cut = Int(outcome.calibration.entryCuts[tier])
            guard cut > 0, cut <= 1_000_000 else { continue }
            var members = [Int](repeating: 0, count: 20)
            for row in scores.composite.indices where scores.isScored[row] {
                let distance = Int(scores.composite[row]) - cut + 10 * width
                if distance >= 0, distance < 20 * width { members[distance / width] += 1 }
            }
            figures.append(Figure(.cut, id, of: .entry, is: Int64(cut)))
            figures.append(Figure(.cut, id, of: .keep, is: model.stability.keepingLine(cut: Int64(cut))))
            for (bin, count) in members.enumerated() { figures.add(.cut, id, String(bin - 10), is: count) }
        }
    }
}
