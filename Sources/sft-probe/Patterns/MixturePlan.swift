import Reports

/// How much of each basic task to train on, and in which stages.
///
/// - Source: Zhao et al., ACL 2025: a preparatory set of basic tasks weighted by their factors, then the complex task.
struct MixturePlan: Encodable {
    struct Part: Encodable {
        let task: String
        let share: PatternJSON.Number
        let count: Int
        let data: String?
    }

    struct Stage: Encodable {
        let name, data, start, sentence: String
    }

    let target: String
    let total: Int
    let parts: [Part]
    let stages: [Stage]
    let verdict: String

    init(
        target: String, total: Int, tasks: [String], shares: [Double], counts: [Int], files: [String: String],
        targetData: String?, output: String?, verdict: String
    ) {
        self.target = target
        self.total = total
        self.verdict = verdict
        parts = tasks.indices.map {
            Part(
                task: tasks[$0], share: PatternJSON.Number(shares[$0]), count: counts[$0],
                data: files[tasks[$0]])
        }
        let (preparatory, own) = (
            output.map { $0 + "/preparatory.jsonl" } ?? "the preparatory set",
            targetData ?? "the examples of \(target)"
        )
        stages = [
            Stage(
                name: "preparatory", data: preparatory, start: "the base model",
                sentence: "Stage 1: train the base model on \(preparatory)."),
            Stage(
                name: "target", data: own, start: "the result of stage 1",
                sentence: "Stage 2: go on from the result of stage 1 and train on \(own)."),
        ]
    }

    var table: Table {
        var table = Table([.text("basic task"), .number("part"), .number("examples"), .text("from")])
        for part in parts {
            table.add([part.task, percent(part.share.value), "\(part.count)", part.data ?? "–"])
        }
        return table
    }
}
