import ReferenceModel
import RetierCore

extension Chronicle {
    /// Where the engine and the reference first say different things of a run; nil where they agree throughout.
    func disagreement(flaw: Flaw? = nil, seen: inout [String: Int]) -> String? {
        var engine = EngineRuns(self)
        var reference = Reference(self, flaw: flaw)
        for run in runs {
            let decided = engine.run(run)
            reference.come(to: run.day)
            let expected = reference.rulings(run)
            for ruling in decided.values { seen[ruling.reason, default: 0] += 1 }
            let place = "\(Day(number: Int32(run.day))) \(run.isDaily ? "daily" : "refresh"): "
            for key in Set(decided.keys).union(expected.keys).sorted() where decided[key] != expected[key] {
                func text(_ ruling: Reference.Ruling?) -> String { ruling?.description ?? "no candidate" }
                return place + "\(key): the engine says \(text(decided[key])), expected \(text(expected[key]))"
            }
            reference.commit(expected, of: run)
        }
        return nil
    }

    func disagreement(flaw: Flaw? = nil) -> String? {
        var seen: [String: Int] = [:]
        return disagreement(flaw: flaw, seen: &seen)
    }
}
