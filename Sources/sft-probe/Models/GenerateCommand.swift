import ArgumentParser
import Examples
import Foundation
import Runs
import Tokenization
import Kernels
import Records
import Transformers

/// `generate`: continues a prompt, or the prompts of a file.
struct Generate: ParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Generate a completion for a prompt; prints only the completion. Or for the prompts of a file.",
        discussion: """
            With --input and --output every prompt of a file (prompt, messages or text records) gets a line of JSON with its \
            completions and their log-probabilities. The file grows line by line; the same command goes on where it stopped.

            Example: sft-probe generate --model smollm2-135m --prompt 'Once upon a time' --max-tokens 40
            Example: sft-probe generate --model smollm2-135m --input prompts.jsonl --output out.jsonl --temperature 1 --samples 8
            """)

    @OptionGroup var model: ModelOption
    @Option(help: "The prompt (default: those of --input).") var prompt: String?
    @Option(help: "Prompts (JSON lines) (default: --prompt alone).", completion: .file()) var input: String?
    @Option(
        help: "The file of completions, required with --input; what it has is not computed again.",
        completion: .file())
    var output: String?
    @Flag(help: "Write the log-probability of each token, too (with --input).") var logprobs = false
    @Flag(help: "Wrap the prompt as a user message in the model's chat template (with --prompt).") var chat =
        false
    @Option(help: "Maximum number of new tokens.") var maxTokens = 128
    @OptionGroup var choice: GenerationOptions
    @OptionGroup var reading: DataReading
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        guard (prompt == nil) != (input == nil) else {
            throw ValidationError("Give one of --prompt and --input.")
        }
        guard (input == nil) == (output == nil) else {
            throw ValidationError("--input and --output belong together; give both.")
        }
        guard input == nil || !chat else {
            throw ValidationError("--chat is for --prompt; give messages in \(input ?? "the file") instead.")
        }
        guard input != nil || !logprobs && choice.samples == 1 else {
            throw ValidationError("--samples and --logprobs are for the prompts of a file; give --input.")
        }
        guard maxTokens >= 0 else {
            throw ValidationError("--max-tokens is \(maxTokens), but must not be negative.")
        }
    }

    func run() throws {
        guard let prompt else { return try completeFile() }
        let open = try OpenModel(model)
        let ids = try promptTokens(prompt, open.tokenizer)
        guard !ids.isEmpty else {
            throw ValidationError("--prompt is empty, and this model begins with no token.")
        }
        guard ids.allSatisfy({ (0..<Int32(clamping: open.decoder.vocabulary)).contains($0) }) else {
            throw UnusableData(
                description:
                    "The prompt has a token that is none of the \(open.decoder.vocabulary) of \(model.model); "
                    + "check that its tokenizer belongs to it.")
        }
        guard ids.count < open.decoder.contextLength else {
            throw UnusableData(
                description: "The prompt has \(ids.count) tokens, and the model's context is "
                    + "\(open.decoder.contextLength); shorten it.")
        }
        try complete(ids, open)
    }

    /// Completes the prompts of a file.
    private func completeFile() throws {
        guard let input, let output else { return }
        try requireFolder(of: output)
        try prepare(outputs: named("--output", output), reading: model.inputs + named("--input", input))
        let open = try OpenModel(model)
        options.begin()
        try GenerateFile(
            open: open, input: input, output: output, maxTokens: maxTokens, choice: choice,
            withTokens: logprobs,
            options: options
        ).run(reading)
    }

    /// Completes one prompt, and shows the completion as it comes.
    private func complete(_ ids: [Int32], _ open: OpenModel) throws {
        let ends = try open.ends(remark: standardError)
        var shown: [UInt8] = []
        func show(_ id: Int32) -> Bool {
            if !open.tokenizer.isSpecial(id) {
                shown += open.tokenizer.bytes(of: id)
                shown = showWhole(shown)
            }
            return !StandardOutput.hasFailed
        }
        if let search = choice.search {
            let beams = open.decoder.beamSearch(Prompt(ids), limit: maxTokens, ends: ends, search)
            for id in beams.first?.continuation.ids ?? [] { _ = show(id) }
        } else if let sampling = choice.sampling {
            var generator = SeededGenerator(seed: options.seed)
            _ = open.decoder.sample(
                ids, limit: maxTokens, ends: ends, sampling, using: &generator, onToken: show)
        } else {
            _ = open.decoder.greedy(ids, limit: maxTokens, ends: ends, onToken: show)
        }
        StandardOutput.write(shown + [0x0A])
    }

    /// Shows what there is of a text, as it is in a file or a pipe, and on a terminal without what that would obey.
    ///
    /// - Returns: The first bytes of a character that is not yet whole.
    private func showWhole(_ bytes: [UInt8]) -> [UInt8] {
        guard StandardOutput.isTerminal else {
            StandardOutput.write(bytes)
            StandardOutput.flush()
            return []
        }
        let rest = bytes.suffix(3).lastIndex { $0 >= 0xC0 } ?? bytes.endIndex
        let isWhole = String(validating: bytes, as: UTF8.self) != nil
        let cut = isWhole ? bytes.endIndex : rest
        print(String(decoding: bytes[..<cut], as: UTF8.self), terminator: "")
        return Array(bytes[cut...])
    }

    private func promptTokens(_ prompt: String, _ tokenizer: Tokenizer) throws -> [Int32] {
        guard chat else { return tokenizer.promptTokens(prompt) }
        do throws(ConversationError) {
            let turn = [Message(role: "user", content: prompt)]
            let text = try ConversationRenderer(tokenizer, now: options.template.now)
                .text(turn, addGenerationPrompt: true)
            return tokenizer.encode(text, addSpecialTokens: false)
        } catch {
            throw UnusableData(description: "\(model.model): \(error).")
        }
    }
}
