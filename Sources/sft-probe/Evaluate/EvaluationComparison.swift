import Statistics
import Evaluation
import Records
import Reports
import Runs

/// The lines that `evaluate --output` wrote earlier.
struct EarlierEvaluation {
    let path: String
    fileprivate let lines: [String: EvaluationLine]

    /// Reads the file; each line must have an id of its own and at least one accuracy.
    init(_ path: String) throws {
        var lines: [String: EvaluationLine] = [:]
        for (number, line) in try readJSONLines(EvaluationLine.self, at: path) {
            guard !line.correct.isEmpty else {
                throw RecordError.malformed(
                    path: path, line: number,
                    reason: "it has neither acc nor exact_match; give a file that `evaluate --output` wrote")
            }
            guard lines.updateValue(line, forKey: line.id) == nil else {
                throw RecordError.malformed(
                    path: path, line: number, reason: "the id \"\(line.id)\" comes a second time")
            }
        }
        (self.path, self.lines) = (path, lines)
    }
}

/// An evaluation beside an earlier one of the same data, question by question.
struct EvaluationComparison {
    let path: String
    /// Each accuracy that both have.
    let metrics: [(name: String, pairs: PairedComparison)]
    /// Questions that only one of them has.
    let onlyBefore: Int, onlyNow: Int

    init(_ earlier: EarlierEvaluation, _ lines: [EvaluationLine]) throws {
        var (pairs, matched) = ([String: [(before: Bool, now: Bool)]](), 0)
        for line in lines {
            guard let before = earlier.lines[line.id] else { continue }
            guard before.reference.description == line.reference.description else {
                throw UnusableData(
                    description:
                        "\(earlier.path), id \(line.id): its reference is \"\(before.reference)\", and here "
                        + "it is \"\(line.reference)\"; compare evaluations of the same data.")
            }
            matched += 1
            for (name, now) in line.correct {
                if let before = before.correct[name] { pairs[name, default: []].append((before, now)) }
            }
        }
        guard !pairs.isEmpty else {
            throw UnusableData(
                description:
                    "\(earlier.path) and this evaluation have no question and accuracy in common; compare "
                    + "evaluations of the same data.")
        }
        path = earlier.path
        metrics = pairs.sorted { $0.key < $1.key }.map { ($0.key, PairedComparison($0.value)) }
        (onlyBefore, onlyNow) = (earlier.lines.count - matched, lines.count - matched)
    }

    /// For people.
    var text: String {
        var table = Table([
            .text("against \(path)"), .number("before"), .number("now"), .number("difference"),
            .number("95 % interval"), .number("won"), .number("lost"), .number("p (McNemar)"),
        ])
        for (name, pairs) in metrics {
            table.add([
                name, percent(pairs.before.share), percent(pairs.now.share), percent(pairs.difference),
                written(pairs.interval), "\(pairs.won)", "\(pairs.lost)", significant(pairs.p),
            ])
        }
        let alone =
            onlyBefore + onlyNow == 0
            ? ""
            : "Left out: \(onlyBefore) questions that only \(path) has, \(onlyNow) that only this one has.\n"
        return "\n" + table.fitted + alone
    }
}
