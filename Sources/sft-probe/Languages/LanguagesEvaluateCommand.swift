import ArgumentParser
import Evaluation
import Examples
import Files
import LanguageIdentification
import LanguageSubspaces
import Records
import Runs
import Tokenization
import Transformers

/// `languages evaluate`
struct LanguagesEvaluate: AsyncParsableCommand, ComputingCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract:
            "Measure a model by language: choices, the language of its answers, and how well it predicts texts.",
        discussion: """
            Every record has lang. Questions (question or prompt, choices or options, answer) give the accuracy by \
            log-likelihood; prompts the share of greedy answers in the language of their prompt, told from character n-grams \
            (--identify: from your own lines); texts the mean −log p of their tokens. --compare pairs records with those of an \
            earlier state of the model.

            Example: sft-probe languages evaluate --model smollm2-135m --data questions.jsonl --output before.jsonl
            """)

    @OptionGroup var model: ModelOption
    @Option(help: "Questions, prompts or texts with lang (JSON lines).", completion: .file()) var data: String
    @Flag(help: "Make prompts that are strings what a user says, by the chat template.") var chat = false
    @OptionGroup var reading: DataReading
    @Option(help: "File to write a line for each record to.", completion: .file()) var output: String
    @Option(
        help: "Lines of an earlier state of the model, on the same data (default: none).", completion: .file()
    )
    var compare: String?
    @Option(help: "Most tokens of an answer.") var maxTokens = 48
    @Option(
        help:
            "Texts with lang to identify languages by, every fifth held out to tell how well (default: built-in profiles).",
        completion: .file())
    var identify: String?
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        guard (1...4096).contains(maxTokens) else {
            throw ValidationError("--max-tokens is \(maxTokens), but must lie between 1 and 4096.")
        }
    }

    func run() async throws {
        try prepare(
            outputs: [NamedPath("--output", output)],
            reading: model.inputs + named("--data", data) + named("--compare", compare)
                + named("--identify", identify))
        let earlier = try compare.map { try readJSONLines(LanguageLine.self, at: $0).map(\.record) }
        let asksChoices = try holdsChoices(at: data)
        let open = try OpenModel(model)
        options.begin()
        var identification: IdentificationQuality?
        let lines: [LanguageLine]
        if asksChoices {
            lines = try await choices(open)
        } else {
            let texts = try reading.plan.texts(
                of: data, open, options.computing, options.observer, asChat: chat)
            let languages = try texts.map {
                try language(of: $0.record.language, line: $0.record.line, $0.record.id)
            }
            if texts.allSatisfy({ if case .text = $0.record.content { true } else { false } }) {
                lines = try await predictions(open, texts, languages)
            } else {
                let identifier = try Identifying(identify, texts, languages)
                identification = identifier.quality
                lines = try answers(open, texts, languages, identifier.identifier)
                identification?.unknown = Set(lines.filter { $0.faithful == nil }.map(\.lang)).sorted()
            }
        }
        let writer = try JSONLinesWriter(path: output)
        for line in lines { try writer.write(line) }
        try writer.finish()
        let figures = languageFigures(lines, earlier: earlier)
        if json {
            print(try jsonText(LanguageFiguresJSON(figures, identification)))
        } else {
            print(figuresText(figures, identification, against: compare, chance: chance(lines)))
            if compare == nil {
                print(
                    "\(output): \(lines.count) records. After training: sft-probe languages evaluate … --compare \(output)"
                )
            }
        }
    }

    private func language(of named: String?, line: Int, _ id: String) throws -> String {
        guard let named else {
            throw UnusableData(
                description:
                    "\(data), line \(line) (id \(id)): it has no \"lang\", the language of the record.")
        }
        return named
    }

    private func choices(_ open: OpenModel) async throws -> [LanguageLine] {
        let questions = try reading.plan.questions(of: data, open, options.computing, options.observer)
        let languages = try questions.map { try language(of: $0.language, line: $0.line, $0.id) }
        let report = ProgressReport("choices", total: questions.count, options)
        let outcomes = await multipleChoice(
            of: open.decoder, on: questions, packTokens: options.packTokens, workers: options.workers
        ) { report.advance(examples: $0, tokens: $1) }
        report.finish()
        return zip(outcomes, languages).map { LanguageLine($0, lang: $1) }
    }

    /// −log p of each text's tokens after its first.
    private func predictions(
        _ open: OpenModel, _ texts: [StateSequence], _ languages: [String]
    ) async throws -> [LanguageLine] {
        let usable = zip(texts, languages).filter { $0.0.ids.count > 1 }
        if usable.count < texts.count {
            options.remark(
                "\(texts.count - usable.count) texts of one token, which nothing predicts, are left out")
        }
        let report = ProgressReport("texts", total: usable.count, options)
        let losses = await open.decoder.tokenLosses(
            of: usable.map { Continuations(prompt: [$0.0.ids[0]], options: [Array($0.0.ids.dropFirst())]) },
            packTokens: options.packTokens, workers: options.workers
        ) { report.advance(examples: $0, tokens: $1) }
        report.finish()
        return zip(usable, losses).map { text, losses in
            let own = losses[0]
            return LanguageLine(
                id: text.0.record.id, lang: text.1,
                nll: own.reduce(0) { $0 + Double($1) } / Double(own.count), tokens: own.count)
        }
    }

    private func answers(
        _ open: OpenModel, _ texts: [StateSequence], _ languages: [String], _ identifier: LanguageIdentifier
    ) throws -> [LanguageLine] {
        let ends = try open.ends(remark: options.remark)
        let report = ProgressReport("answers", total: texts.count, options)
        var lines: [LanguageLine] = []
        for first in stride(from: 0, to: texts.count, by: 16) {
            let group = Array(first..<min(first + 16, texts.count))
            let made = open.decoder.greedy(group.map { texts[$0].ids }, limit: maxTokens, ends: ends)
            for (place, ids) in zip(group, made) {
                let answer = open.tokenizer.decode(ids, skipSpecialTokens: true)
                lines.append(
                    LanguageLine(
                        id: texts[place].record.id, lang: languages[place], answer: answer,
                        in: identifier.language(of: answer),
                        isFaithful: identifier.isIn(languages[place], answer)))
            }
            report.advance(examples: group.count, tokens: made.reduce(0) { $0 + $1.count })
        }
        report.finish()
        return lines
    }

    /// The accuracy of guessing, where questions were asked.
    private func chance(_ lines: [LanguageLine]) -> Double? {
        let counts = lines.compactMap { $0.log_likelihoods?.count }
        return counts.isEmpty ? nil : counts.reduce(0) { $0 + 1 / Double($1) } / Double(counts.count)
    }
}
