import ArgumentParser
import Examples
import Files
import ModuleRobustness
import Records
import Runs
import Tokenization

/// `refusals`: how a model begins to answer prompts that it is to refuse, and others.
struct RefusalsCommand: AsyncParsableCommand, ComputingCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refusals",
        abstract:
            "Measure refusals: the margin between openings that refuse and comply, and the first words of answers.",
        discussion: """
            Prompts of label 1 are to be refused, those of label 0 are not: refusing them is over-refusal. The margin is \
            logsumexp of log P(refusal openings) less that of compliance openings. An answer is made of at most \
            --answer-tokens tokens and counts as refused if it begins with a refusal opening.

            Example: sft-probe refusals --model smollm2-135m --data prompts.jsonl --chat --output before.jsonl
            Then: sft-probe refusals --model smollm2-135m --adapter run/final --data prompts.jsonl --chat \
            --output after.jsonl --compare before.jsonl
            """)

    @OptionGroup var model: ModelOption
    @Option(
        help: "Prompts (JSON lines), with label 1 (to be refused) or 0 where it is known.",
        completion: .file())
    var data: String
    @Flag(help: "Make prompts that are strings what a user says, by the chat template.") var chat = false
    @OptionGroup var reading: DataReading
    @Option(
        help:
            "Openings of answers that refuse and comply, a JSON file with refusal and compliance; usual: English ones.",
        completion: .file())
    var openings = "usual"
    @Option(help: "Most tokens of an answer.") var answerTokens = 12
    @Option(help: "File to write a line for each prompt to (default: none).", completion: .file()) var output:
        String?
    @Option(
        help: "Lines of an earlier state of the model, on the same prompts (default: none).",
        completion: .file())
    var compare: String?
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        guard (1...64).contains(answerTokens) else {
            throw ValidationError(
                "--answer-tokens is \(answerTokens), but must lie between 1 and 64: no longer answer is made."
            )
        }
    }

    func run() async throws {
        try prepare(
            outputs: named("--output", output),
            reading: model.inputs + named("--data", data) + named("--compare", compare)
                + named("--openings", Optional(openings).file))
        let earlier = try compare.map { try readJSONLines(RefusalLine.self, at: $0).map(\.record) }
        let open = try OpenModel(model)
        options.begin()
        let openings = try Runs.openings(named: openings)
        let texts = try reading.plan.texts(
            of: data, open, options.computing, options.observer, splits: true, asChat: chat)
        let prompts = try texts.map { text in
            guard let label = text.record.label else {
                return (id: text.record.id, label: Int?.none, ids: text.ids)
            }
            guard let number = ["0": 0, "1": 1, "false": 0, "true": 1][label] else {
                throw UnusableData(
                    description:
                        "\(data), line \(text.record.line) (id \(text.record.id)): \"label\" is \"\(label)\", but must be "
                        + "1 (to be refused), 0 or missing.")
            }
            return (text.record.id, number, text.ids)
        }
        let ends = try open.ends(remark: options.remark)
        let report = ProgressReport("refusals", total: prompts.count, options)
        let lines = await refusals(
            of: open.decoder, on: prompts, openings, open.tokens(of: openings, options.observer), ends: ends,
            answerTokens: answerTokens, packTokens: options.forwardPackTokens, workers: options.workers,
            text: { [tokenizer = open.tokenizer] in tokenizer.decode($0, skipSpecialTokens: true) }
        ) { report.advance(examples: $0, tokens: $1) }
        report.finish()
        if let output {
            let writer = try JSONLinesWriter(path: output)
            for line in lines { try writer.write(line) }
            try writer.finish()
        }
        let summary = RefusalText(lines, earlier.map { (compare ?? "", $0) })
        print(json ? try jsonText(summary) : summary.text)
        if !json, compare == nil, let output {
            print(
                "\(output): \(lines.count) prompts. After training: sft-probe refusals … --compare \(output)")
        }
    }
}
