import Foundation
import ModelFiles
import TestSupport
import Tokenization

/// What transformers and scipy compute.
struct EvaluationReference: Decodable {
    struct Choice: Decodable {
        let answer: Int
        let log_likelihoods: [Double]
        let tokens: [Int]
        let predictions: [String: Int]
    }

    struct Generation: Decodable {
        let prompt, completion, text: String
        let tokens: Int
        let nll: Double
    }

    let choices: [Choice]
    let generations: [Generation]
    let limit: Int
    let wilson: [[Double]]
    let paired: [[Double]]

    static let path = fixture("evaluation.json", of: "EvaluationTests")
    /// The model that was asked.
    static let model = "notebooks-data/reference/tiny-llama/gqa-tied.f32.gguf"

    init() throws {
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(filePath: Self.path)))
    }

    /// The questions as lines of a file.
    static func questions() throws -> [String] {
        let whole = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
        let choices = (whole as? [String: Any])?["choices"] as? [[String: Any]] ?? []
        return try choices.map {
            String(
                decoding: try JSONSerialization.data(withJSONObject: $0["record"] ?? [:]), as: UTF8.self)
        }
    }
}

/// The tokenizer in a tiny model's GGUF file.
func tinyTokenizer(_ path: String) throws -> Tokenizer {
    guard case .gguf(let vocabulary) = try ModelSource(path: path).vocabulary else {
        throw CocoaError(.fileReadCorruptFile)
    }
    return try Tokenizer(
        Vocabulary(
            model: vocabulary.model, tokens: vocabulary.tokens, kinds: vocabulary.kinds.map(Int32.init),
            scores: [],
            merges: vocabulary.merges, splitter: vocabulary.pre ?? "default", beginning: 1, end: 2,
            addsBeginning: false, addsEnd: false, chatTemplate: nil, source: path))
}
