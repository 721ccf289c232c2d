import ArgumentParser
import Examples
import Files
import ModelHub
import Runs

/// The flags that name a model, and an adapter on top of it.
struct ModelOption: ParsableArguments {
    @Option(
        help:
            "The model: a Hugging Face folder, a .gguf file, or the name of a pulled model (`model pull`) or of one in the Hugging Face cache. With --adapter it may be left out: the adapter names its model.",
        completion: .file())
    var model: String
    @Option(
        help: "Folder of a LoRA adapter (PEFT or MLX) to apply to the model (default: none).",
        completion: .file())
    var adapter: String?

    /// What is read for a model and its adapter.
    var inputs: [NamedPath] {
        named("--model", (try? resolveModel(model)) ?? model) + named("--adapter", adapter)
    }
}

extension OpenModel {
    /// Opens what a command's flags name; parts that are not used as they stand are said.
    init(_ option: ModelOption) throws {
        try self.init(name: option.model, adapter: option.adapter, warn: standardError)
    }
}

/// Turns and answers for a model; that it has no chat template is said.
func answerTokenizer(_ open: OpenModel, _ options: RunOptions) throws -> AnswerTokenizer {
    try open.answerTokenizer(options.computing, remark: options.remark)
}
