import ArgumentParser
import Examples
import Foundation
import Runs
import Tokenizers
import Kernels
import Records
import Transformers

/// `generate`: continues a prompt.
struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Generate a completion for a prompt; prints only the completion.",
        discussion:
            "Example: sft-probe generate --model smollm2-135m --prompt 'Once upon a time' --max-tokens 40")

    @OptionGroup var model: ModelOption
    @Option(help: "The prompt.") var prompt: String
    @Flag(help: "Wrap the prompt as a user message in the model's chat template.") var chat = false
    @Option(help: "Maximum number of new tokens.") var maxTokens = 128
    @Option(help: "Sampling temperature; 0 is greedy decoding.") var temperature: Float = 0
    @Option(help: "Random seed.") var seed = 0
    @Option(help: "CPU threads (default: one per processor).") var threads: Int?
    @OptionGroup var template: TemplateOptions

    func validate() throws {
        guard maxTokens >= 0 else {
            throw ValidationError("--max-tokens is \(maxTokens), but must not be negative.")
        }
        guard temperature >= 0, temperature.isFinite else {
            throw ValidationError("--temperature is \(temperature), but must be 0 or more.")
        }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads), but must lie between 1 and 1024.")
        }
    }

    func run() throws {
        let count = threads ?? ProcessInfo.processInfo.activeProcessorCount
        try Arithmetic.$current.withValue(Arithmetic(threads: count)) { try complete() }
    }

    private func complete() throws {
        let open = try OpenModel(model)
        let ids = try promptTokens(open.tokenizer)
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
        let ends = try open.ends(remark: standardError)
        var shown: [UInt8] = []
        func show(_ id: Int32) -> Bool {
            if !open.tokenizer.isSpecial(id) {
                shown += open.tokenizer.bytes(of: id)
                shown = showWhole(shown)
            }
            return !StandardOutput.hasFailed
        }
        if temperature == 0 {
            _ = open.decoder.greedy(ids, limit: maxTokens, ends: ends, onToken: show)
        } else {
            var generator = SeededGenerator(seed: seed)
            _ = open.decoder.sample(
                ids, limit: maxTokens, ends: ends, temperature: temperature, using: &generator, onToken: show)
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

    private func promptTokens(_ tokenizer: Tokenizer) throws -> [Int32] {
        guard chat else { return tokenizer.promptTokens(prompt) }
        do throws(ConversationError) {
            let turn = [Message(role: "user", content: prompt)]
            let text = try ConversationRenderer(tokenizer, now: template.now)
                .text(turn, addGenerationPrompt: true)
            return tokenizer.encode(text, addSpecialTokens: false)
        } catch {
            throw UnusableData(description: "\(model.model): \(error).")
        }
    }
}
