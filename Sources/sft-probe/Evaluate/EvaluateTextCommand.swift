import ArgumentParser
import Evaluation
import Records
import Runs
import Statistics

/// `evaluate-text`: how near texts come to their references.
struct EvaluateText: ParsableCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate-text",
        abstract: "Compare texts with references: BLEU, chrF, ROUGE, word and character error rate.",
        discussion: """
            Each line of PAIRS is {"hypothesis": "…", "reference": "…"}; for BLEU and chrF, reference may be a list. \
            Values are in percent and equal those of sacreBLEU, rouge-score and jiwer. Intervals are of 95 %, by \
            1,000 draws of lines.

            Example: sft-probe evaluate-text pairs.jsonl --metrics bleu,chrf --lowercase
            """)

    @Argument(help: "Lines with hypothesis and reference.", completion: .file()) var pairs: String
    @Option(help: "Metrics, separated by commas: bleu, chrf, rouge, wer, cer.")
    var metrics = "bleu,chrf,rouge,wer,cer"
    @Option(
        help: "BLEU's tokenizer, by sacreBLEU's names: 13a, zh, char or none (default: 13a).",
        completion: .names(of: BLEUTokenizer.self), transform: oneOf(BLEUTokenizer.self, for: "--tokenizer"))
    var tokenizer = BLEUTokenizer.western
    @Option(
        help: "ROUGE's words: ascii (a-z and 0-9, as rouge-score; default), or unicode for other scripts.",
        completion: .names(of: ROUGETokens.self), transform: oneOf(ROUGETokens.self, for: "--rouge-tokens"))
    var rougeTokens = ROUGETokens.ascii
    @Flag(help: "Compare in lower case (ROUGE always does).") var lowercase = false
    @Option(
        help:
            "Other texts for the same references, line by line: how much better or worse are PAIRS? (default: none)",
        completion: .file()
    )
    var compare: String?
    @Option(help: "Seed of the draws.") var seed = 0
    @Flag(help: "Leave out lines that cannot be read, and list them.") var skipBadLines = false
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    private static let names = ["bleu", "chrf", "rouge", "wer", "cer"]

    func validate() throws { _ = try chosen }

    /// The metrics that were asked for, in the order in which they were named.
    private var chosen: [TextMetric] {
        get throws {
            try metrics.split(separator: ",").flatMap { name -> [TextMetric] in
                switch name {
                case "bleu": return [.bleu(tokenizer, lowercase: lowercase)]
                case "chrf": return [.chrF(lowercase: lowercase)]
                case "rouge": return [.rouge(1, rougeTokens), .rouge(2, rougeTokens), .rougeL(rougeTokens)]
                case "wer": return [.wordErrorRate(lowercase: lowercase)]
                case "cer": return [.characterErrorRate(lowercase: lowercase)]
                default:
                    throw ValidationError(
                        "--metrics names \(name), but must be some of \(Self.names.joined(separator: ", ")).")
                }
            }
        }
    }

    func run() throws {
        let texts = try read(pairs)
        let others = try compare.map(read)
        if let others, let compare { try requireSameReferences(texts, others, compare) }
        let metrics = try chosen.filter { metric in
            let fits = metric.takesSeveralReferences || texts.allSatisfy { $0.references.count == 1 }
            if !fits {
                standardError(
                    "\(metric.name) is left out: it takes one reference, and some lines have several")
            }
            return fits
        }
        guard !metrics.isEmpty else {
            throw UnusableData(
                description:
                    "\(pairs): some lines have several references, which bleu and chrf take; name one of them in --metrics."
            )
        }
        let rows = try metrics.map { metric in
            let scores = TextScores(metric, texts)
            guard let value = scores.value else {
                throw UnusableData(
                    description: "\(pairs): \(metric.name) is not defined, because all references are empty.")
            }
            return TextMetricRow(
                name: metric.name, value: value, interval: scores.interval(seed: seed),
                difference: others.flatMap { scores.difference(from: TextScores(metric, $0), seed: seed) })
        }
        let settings = TextSettings(
            lines: texts.count, tokenizer: tokenizer.rawValue, rougeTokens: rougeTokens.rawValue,
            lowercase: lowercase, draws: 1000, seed: seed)
        print(json ? try jsonText(TextEvaluation(rows, settings)) : textTable(rows, settings))
    }

    private func read(_ path: String) throws -> [TextPair] {
        let file = try readTextPairs(at: path, RecordReading(skipsBadLines: skipBadLines))
        for reject in file.rejects { standardError("skipped: \(reject)") }
        for note in file.notes { standardError(note) }
        let pairs = file.records
        guard !pairs.isEmpty else {
            throw UnusableData(description: "\(path) holds no line with a hypothesis and a reference.")
        }
        return pairs
    }

    private func requireSameReferences(_ texts: [TextPair], _ others: [TextPair], _ path: String) throws {
        let different = zip(texts, others).first { $0.references != $1.references }
        guard texts.count == others.count, different == nil else {
            throw UnusableData(
                description: different.map {
                    "\(path): the reference of \($1.id) is not that of \($0.id) in \(pairs); "
                        + "--compare needs the same references in the same order."
                }
                    ?? "\(path) has \(others.count) lines and \(pairs) has \(texts.count); --compare needs the same lines."
            )
        }
    }
}
