import JSON
import ArgumentParser
import ChatTemplates
import Examples
import Records
import Runs
import Tokenization

/// `tokenize`: texts to ids.
struct Tokenize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the token ids and tokens of texts, one JSON line per text.",
        discussion: "Example: sft-probe tokenize --model smollm2-135m --text 'Hello world'")

    @OptionGroup var model: ModelOption
    @Option(help: "Text to tokenize; may be repeated.") var text: [String] = []
    @Option(
        help:
            "File of JSON lines with `text`, or with `messages` if --chat is given (default: none; then give --text).",
        completion: .file()
    ) var input: String?
    @Flag(help: "Apply the model's chat template first; a --text is one user message.") var chat =
        false
    @Flag(help: "With --chat, append the start of the assistant's message (add_generation_prompt).")
    var addGenerationPrompt = false
    @Flag(help: "Do not add special tokens such as BOS (add_special_tokens=False).") var noSpecialTokens =
        false

    @OptionGroup var template: TemplateOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        guard !text.isEmpty || input != nil else { throw ValidationError("Give --text or --input.") }
    }

    private struct Line: Decodable { let text: String }
    private struct Turns: Decodable {
        let messages: [Message]
        let tools: [JSONValue]?

        /// What the template sees besides the messages.
        var variables: [JSONValue.Member] { tools.map { [.init("tools", .array($0))] } ?? [] }
    }

    func run() throws {
        let tokenizer = try OpenModel.tokenizer(model.model)
        let texts = chat ? try rendered(tokenizer) : try plain()
        for text in texts {
            let ids = tokenizer.encode(text, addSpecialTokens: !noSpecialTokens && !chat)
            print("{\"text\":\(quoted(text, .line))", terminator: "")
            printArray("ids", ids) { "\($0)" }
            printArray("tokens", ids) { quoted(tokenizer.token($0), .line) }
            print("}")
        }
    }

    /// Prints a member, element by element: a text may have millions of tokens, and each takes far more room as a value.
    private func printArray(_ key: String, _ ids: [Int32], json: (Int32) -> String) {
        print(",\"\(key)\":[", terminator: "")
        for (place, id) in ids.enumerated() { print(place == 0 ? json(id) : ",\(json(id))", terminator: "") }
        print("]", terminator: "")
    }

    private func plain() throws -> [String] {
        text + (try input.map { try readJSONLines(Line.self, at: $0).map(\.record.text) } ?? [])
    }

    /// Conversations as text; special tokens are the template's.
    private func rendered(_ tokenizer: Tokenizer) throws -> [String] {
        let turns = try input.map { try readJSONLines(Turns.self, at: $0).map(\.record) } ?? []
        let asked = text.map { Turns(messages: [Message(role: "user", content: $0)], tools: nil) }
        do throws(ConversationError) {
            let renderer = try ConversationRenderer(tokenizer, now: template.now)
            return try (asked + turns).map { (turns) throws(ConversationError) in
                try renderer.text(
                    turns.messages, variables: turns.variables, addGenerationPrompt: addGenerationPrompt)
            }
        } catch {
            throw UnusableData(description: "\(input ?? "--text"): \(error).")
        }
    }
}
