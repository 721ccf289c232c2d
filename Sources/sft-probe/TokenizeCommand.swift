import ArgumentParser
import Records
import Tokenizers

/// `tokenize`: texts to ids.
struct Tokenize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the tokens of texts, a JSON line for each.",
        discussion: "Example: sft-probe tokenize --model smollm2-135m --text 'Hello world'")

    @OptionGroup var model: ModelOption
    @Option(help: "A text; may be given several times.") var text: [String] = []
    @Option(help: "JSON lines with `text`.") var input: String?
    @Flag(help: "Leave out the tokens that the tokenizer adds to a text.") var noSpecialTokens = false

    func validate() throws {
        guard !text.isEmpty || input != nil else { throw ValidationError("Give --text or --input.") }
    }

    private struct Line: Decodable { let text: String }
    private struct Result: Encodable {
        let text: String
        let ids: [Int32]
        let tokens: [String]
    }

    func run() throws {
        let tokenizer = try OpenModel.tokenizer(model.model)
        let lines = try input.map { try readJSONLines(Line.self, at: $0).map(\.record.text) } ?? []
        for text in text + lines {
            let ids = tokenizer.encode(text, addSpecialTokens: !noSpecialTokens)
            print(try jsonLine(Result(text: text, ids: ids, tokens: ids.map { tokenizer.token($0) })))
        }
    }
}
