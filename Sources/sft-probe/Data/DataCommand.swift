import ArgumentParser
import Examples
import Files
import Foundation
import Records
import Runs
import Tokenization
import Transformers

/// `data`: looks at examples as the model will see them.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Show training examples as the model sees them.",
        subcommands: [DataShow.self])
}

/// `data show`
struct DataShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print examples with their supervised tokens (those with a loss) marked, and token counts.",
        discussion: """
            Of a preference both answers are printed, each with its prompt. Supervised text is green on a terminal, and between ⟦ and ⟧ elsewhere and where NO_COLOR is set.

            Example: sft-probe data show --model smollm2-135m --data examples.jsonl --count 3
            """)

    @OptionGroup var model: ModelOption
    @OptionGroup var data: DataOptions
    @Option(help: "Number of examples to print.") var count = 5
    @Flag(help: "Separate the tokens from each other; show blank ones as the vocabulary writes them.")
    var tokens = false
    @OptionGroup var template: TemplateOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func run() throws {
        let open = try OpenModel(model)
        var observer = RunObserver()
        observer.warn = { standardError($0) }
        if try holdsPreferences(at: data.data) {
            return try showPairs(open, Computing(templateDate: template.templateDate), observer)
        }
        let opened = try data.reading.plan.open(
            data.data, open, Computing(templateDate: template.templateDate), observer)
        for note in opened.notes { standardError(note) }
        if let date = opened.templateDate { standardError("The chat template prints the date: \(date).") }
        let examples = opened.examples
        for example in examples.prefix(count) {
            print(
                "── id \(example.id), line \(example.line): \(example.sequence.ids.count) tokens, "
                    + "\(example.sequence.targetCount) supervised"
                    + (example.cut > 0 ? ", \(example.cut) cut" : ""))
            StandardOutput.write((marked(example, open.tokenizer) + "\n").utf8)
        }
        print("── \(examples.count) examples, \(totals(examples))")
    }

    private func showPairs(_ open: OpenModel, _ computing: Computing, _ observer: RunObserver) throws {
        let opened = try data.reading.plan.pairs(of: data.data, open, computing, observer)
        for note in opened.notes { standardError(note) }
        if let date = opened.templateDate { standardError("The chat template prints the date: \(date).") }
        for pair in opened.pairs.prefix(count) {
            for (name, side) in [("chosen", pair.chosen), ("rejected", pair.rejected)] {
                print(
                    "── id \(pair.id), line \(pair.line), \(name): \(side.sequence.ids.count) tokens, "
                        + "\(side.sequence.targetCount) supervised")
                StandardOutput.write((marked(side, open.tokenizer) + "\n").utf8)
            }
        }
        print(
            "── \(opened.pairs.count) pairs, left out \(opened.leftOut), "
                + totals(opened.pairs.flatMap { [$0.chosen, $0.rejected] }))
    }

    /// The tokens of examples in a few words.
    private func totals(_ examples: [EncodedExample]) -> String {
        let total = examples.reduce(0) { $0 + $1.sequence.ids.count }
        let supervised = examples.reduce(0) { $0 + $1.sequence.targetCount }
        let lengths = examples.map(\.sequence.ids.count).sorted()
        return "\(total) tokens, \(supervised) supervised "
            + "(\(String(format: "%.1f", 100 * Double(supervised) / Double(total))) %); lengths "
            + "\(lengths[0]) to \(lengths[lengths.count - 1]), median \(lengths[lengths.count / 2])"
    }

    private func marked(_ example: EncodedExample, _ tokenizer: Tokenizer) -> String {
        let isColored = Terminal.colors(of: 1) != .none
        let (open, close) = isColored ? ("\u{1B}[32m", "\u{1B}[0m") : ("⟦", "⟧")
        let sequence = example.sequence
        var (text, start) = ("", 0)
        while start < sequence.ids.count {
            let mark = sequence.supervised[start]
            let end = sequence.supervised[start...].firstIndex(of: !mark) ?? sequence.ids.count
            let run = sequence.ids[start..<end]
            let words =
                tokens ? run.map { visible($0, tokenizer) }.joined(separator: "|") : tokenizer.decode(run)
            text += mark ? open + words.withoutControls + close : words.withoutControls
            start = end
        }
        return text
    }

    /// A token's text; where decoding takes a space from it, or leaves nothing, the token as the vocabulary writes it.
    private func visible(_ id: Int32, _ tokenizer: Tokenizer) -> String {
        let text = tokenizer.decode([id])
        let losesSpace = tokenizer.bytes(of: id).first == UInt8(ascii: " ") && !text.hasPrefix(" ")
        return text.isEmpty || losesSpace ? tokenizer.token(id) : text
    }
}
