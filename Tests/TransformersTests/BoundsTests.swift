import Foundation
import ModelFiles
import TestSupport
import Testing
import Transformers

/// Every number of a configuration is bounded before anything is made of it.
@Suite struct BoundsTests {
    /// A model of the repository with some values of its configuration changed.
    private func load(_ name: String, _ changes: [String: Any]) throws {
        let folder = try TemporaryFolder()
        let source = repositoryPath("notebooks-data/reference/\(name)")
        let path = folder.file("model")
        try FileManager.default.copyItem(atPath: source, toPath: path)
        let file = URL(filePath: path + "/config.json")
        var values =
            try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
        values.merge(changes) { $1 }
        try JSONSerialization.data(withJSONObject: values).write(to: file)
        // Models of the reference have no tokenizer, which is not what is looked at here.
        _ = try Decoder(ModelSource(path: path))
    }

    @Test(arguments: [
        "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
        "head_dim", "vocab_size", "max_position_embeddings",
    ])
    func aSizeIsBounded(key: String) throws {
        for value in [-1, 0, Int.min, Int.max, 1 << 62, 1 << 40] {
            let error = #expect(throws: (any Error).self, "\(key) \(value)") {
                try load("tiny-llama/gqa-tied", [key: value])
            }
            #expect("\(error.map { "\($0)" } ?? "")".contains(key), "\(String(describing: error))")
        }
    }

    @Test func otherNumbersAreBounded() throws {
        let changes: [[String: Any]] = [
            ["rope_theta": 1e30], ["rope_theta": -1], ["partial_rotary_factor": 1e30], ["sliding_window": -5],
            ["sliding_window": 0], ["rms_norm_eps": -1],
            [
                "rope_scaling": [
                    "rope_type": "dynamic", "factor": 2, "original_max_position_embeddings": 1e30,
                ]
            ],
            ["rope_parameters": ["rope_type": "linear", "factor": 0]],
        ]
        for change in changes {
            let error = #expect(throws: ModelError.self, "\(change)") {
                try load("tiny-llama/gqa-tied", change)
            }
            guard case .configuration? = error else {
                Issue.record("\(change): \(String(describing: error))")
                continue
            }
        }
    }
}
