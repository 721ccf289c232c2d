import Foundation
import TestSupport
import Testing

private let publishedData = repositoryPath("../shared/data")

/// Figures on published data sets, which lie beside the repository.
@Suite(
    .enabled(
        if: FileManager.default.fileExists(atPath: publishedData),
        "published data sets are looked for in ../shared/data"))
struct PublishedDataTests {
    private func lines(_ name: String) throws -> [[String: Any]] {
        try String(contentsOfFile: "\(publishedData)/\(name)", encoding: .utf8).split(separator: "\n")
            .compactMap {
                try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
    }

    private func write(_ records: [[String: Any]], _ path: String) throws {
        let lines = try records.map {
            String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self)
        }
        try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// The decodes of a published speech translation (X-LANCE/SLAM-LLM on CoVoST 2, English to Chinese): 47.60 BLEU.
    @Test func bleuOfAPublishedSystem() throws {
        let folder = try TemporaryFolder()
        func translation(_ text: Any?) -> String {
            (text as? String)?.components(separatedBy: "<|zh|>").last ?? ""
        }
        let pairs = try lines("speech/covost2_en_zh_decode.jsonl").map {
            ["hypothesis": translation($0["response"]), "reference": translation($0["gt"])]
        }
        #expect(pairs.count == 15_529)
        try write(pairs, folder.file("pairs.jsonl"))
        struct Found: Decodable {
            struct Metric: Decodable { let value, low, high: Double }
            let metrics: [String: Metric]
        }
        let found: Found = try Tool.json([
            "evaluate-text", folder.file("pairs.jsonl"), "--metrics", "bleu", "--tokenizer", "zh",
            "--lowercase",
        ])
        let bleu = try #require(found.metrics["bleu"])
        #expect(abs(bleu.value - 47.60) < 0.01 && bleu.low < bleu.value && bleu.value < bleu.high)
    }

    /// The area under the curve of word overlap, which is no entailment.
    private func overlap(_ pairs: [[String: Any]]) throws -> Double {
        let folder = try TemporaryFolder()
        try write(pairs, folder.file("pairs.jsonl"))
        struct Found: Decodable {
            struct Area: Decodable { let value: Double }
            let auroc: Area
        }
        let found: Found = try Tool.json([
            "entailment", "score", folder.file("pairs.jsonl"), "--entailment", "words", "--output",
            folder.file("scores.jsonl"),
        ])
        return found.auroc.value
    }

    /// About 0.7 on MNLI: the list of words that carry no content moves it between 0.68 and 0.73.
    @Test func wordsOnMNLI() throws {
        #expect(abs(try overlap(lines("bias/mnli.jsonl")) - 0.707) < 0.005)
    }

    /// Hardly above chance on experts' judgements whether cited passages support a claim: 0.59.
    @Test func wordsOnExpertQA() throws {
        var pairs: [[String: Any]] = []
        for answer in try lines("citations/expertqa_a.jsonl") {
            let passages = try #require(answer["docs"] as? [[String: Any]]).map {
                $0["text"] as? String ?? ""
            }
            for claim in try #require(answer["claims"] as? [[String: Any]]) {
                let cited = (claim["cites"] as? [Int] ?? []).filter { passages.indices.contains($0 - 1) }
                guard !cited.isEmpty, let text = claim["text"] as? String else { continue }
                pairs.append([
                    "premise": cited.map { passages[$0 - 1] }.joined(separator: " "), "hypothesis": text,
                    "label": claim["support"] as? String == "Complete",
                ])
            }
        }
        #expect(pairs.count == 814)
        #expect(abs(try overlap(pairs) - 0.59) < 0.015)
    }
}
