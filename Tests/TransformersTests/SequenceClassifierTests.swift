import Foundation
import ModelFiles
import TestSupport
import Testing
import Transformers

/// Tiny BERT, RoBERTa and DistilBERT classifiers against transformers.
@Suite struct SequenceClassifierTests {
    struct Reference: Decodable {
        struct Pair: Decodable {
            let input_ids, token_types: [Int32]
            let logits: [Float]
        }
        let labels: [String]
        let context: Int
        let pairs: [Pair]

        init(_ kind: String) throws {
            let path = repositoryPath("notebooks-data/reference/encoders/\(kind)/reference.json")
            self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(filePath: path)))
        }
    }

    static func folder(_ kind: String) -> String {
        repositoryPath("notebooks-data/reference/encoders/\(kind)")
    }

    @Test(arguments: ["bert", "roberta", "distilbert"]) func logitsMatch(_ kind: String) throws {
        let reference = try Reference(kind)
        let classifier = try SequenceClassifier(ModelSource(path: Self.folder(kind)))
        #expect(classifier.labels == reference.labels && classifier.contextLength == reference.context)
        let found = classifier.logits(
            reference.pairs.map(\.input_ids), types: reference.pairs.map(\.token_types))
        for (found, pair) in zip(found, reference.pairs) {
            #expect(zip(found, pair.logits).allSatisfy { abs($0 - $1) < 1e-5 }, "\(found) \(pair.logits)")
        }
    }

    /// Each case changes one key of BERT's configuration.
    @Test(arguments: [
        (#""model_type": "bert""#, #""model_type": "electra""#, "distilbert"),
        (#""0": "contradiction""#, #""3": "contradiction""#, "id2label"),
        (#""model_type": "bert""#, #""model_type": "bert", "problem_type": "regression""#, "problem_type"),
        (
            #""model_type": "bert""#, #""model_type": "bert", "position_embedding_type": "relative_key""#,
            "position_embedding_type"
        ),
        (#""num_attention_heads": 2"#, #""num_attention_heads": 3"#, "num_attention_heads"),
    ])
    func refuses(_ key: String, _ other: String, _ reason: String) throws {
        let folder = try TemporaryFolder()
        let model = folder.file("model")
        try FileManager.default.copyItem(atPath: Self.folder("bert"), toPath: model)
        let text = try String(contentsOfFile: model + "/config.json", encoding: .utf8)
        try #require(text.contains(key))
        try text.replacing(key, with: other).write(
            toFile: model + "/config.json", atomically: true, encoding: .utf8)
        let error = #expect(throws: ModelError.self) {
            try SequenceClassifier(ModelSource(path: model))
        }
        #expect(error.map { "\($0)".contains(reason) } ?? false, "\(String(describing: error))")
    }
}
