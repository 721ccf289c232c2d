import Foundation
import TestSupport
import Testing
import Tokenization

/// Two texts as one sequence, whole and truncated, against Hugging Face tokenizers.
@Suite struct PairTests {
    private struct Reference: Decodable {
        struct Pair: Decodable {
            let premise, hypothesis: String
            let input_ids, token_types: [Int32]
        }
        let context: Int
        let pairs: [Pair]
    }

    @Test(arguments: ["bert", "roberta", "distilbert"]) func pairsMatch(_ kind: String) throws {
        let folder = repositoryPath("notebooks-data/reference/encoders/\(kind)")
        let reference = try JSONDecoder().decode(
            Reference.self, from: Data(contentsOf: URL(filePath: folder + "/reference.json")))
        let tokenizer = try Tokenizer(tokenizerJSON: folder + "/tokenizer.json")
        for pair in reference.pairs {
            let found = try #require(
                tokenizer.encodePair(pair.premise, pair.hypothesis, limit: reference.context))
            #expect(found.ids == pair.input_ids, "\(pair.premise) | \(pair.hypothesis)")
            // DistilBERT has no types: its tokenizer's are not compared.
            #expect(kind == "distilbert" || found.types == pair.token_types)
        }
    }
}
