import Foundation
import Kernels
import ModelFiles
import TestSupport
import Testing

/// Files that lie. Each must be refused by a sentence; a crash ends the test run.
@Suite struct HostileGGUFTests {
    private static func small() throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: fixture("small.gguf", of: "ModelFilesTests"))))
    }

    /// The header of `small.gguf`, bytes.
    private static let headerSize = 1696

    /// What `build` makes of a valid file of one tensor is refused, with a message that has `fact` in it.
    static let lies: [(fact: String, build: @Sendable (inout GGUFBytes) -> Void)] = [
        ("number of tensors", { $0.tensorCount = .max }),
        ("number of tensors", { $0.tensorCount = 1 << 40 }),
        ("number of metadata values", { $0.valueCount = .max }),
        ("GGUF version 1", { $0.version = 1 }),
        ("big-endian", { $0.version = 3 << 24 }),
        ("general.architecture", { $0.add("general.architecture", "llama") }),
        ("a value type from 0 to 12, found 13", { $0.add("x", kind: 13, []) }),
        ("0 or 1, found 2", { $0.add("x", kind: 7, [2]) }),
        ("value x", { $0.add("x", kind: 8, little(UInt64.max)) }),
        ("UTF-8", { $0.add("x", kind: 8, little(UInt64(2)) + [0xff, 0xfe]) }),
        ("value x", { $0.add("x", kind: 9, little(UInt32(8)) + little(UInt64.max / 8)) }),
        ("value x", { $0.add("x", kind: 9, little(UInt32(12)) + little(UInt64.max / 8 + 2)) }),
        ("nested", { $0.add("x", kind: 9, (0..<64).flatMap { _ in little(UInt32(9)) + little(UInt64(1)) }) }),
        ("power of two", { $0.add("general.alignment", UInt32(48)) }),
        ("power of two", { $0.add("general.alignment", UInt32(0)) }),
        ("power of two", { $0.add("general.alignment", "32") }),
        ("found a second", { $0.addTensor("token_embd.weight", dims: [4], offset: 32) }),
        ("at most 64 bytes", { $0.addTensor(String(repeating: "x", count: 65), dims: [4], offset: 32) }),
        ("1 to 4 axes, found 0", { $0.addTensor("output.weight", dims: []) }),
        ("1 to 4 axes, found 5", { $0.addTensor("output.weight", dims: [1, 1, 1, 1, 1]) }),
        ("an extent from 1", { $0.addTensor("output.weight", dims: [4, 0]) }),
        ("an extent from 1", { $0.addTensor("output.weight", dims: [.max, 4]) }),
        (
            "within",
            { $0.addTensor("output.weight", dims: [1 << 31 - 1, 1 << 31 - 1, 1 << 31 - 1, 1 << 31 - 1]) }
        ),
        ("within", { $0.addTensor("output.weight", dims: [8], offset: 32) }),
        ("a known type, found type 4", { $0.addTensor("output.weight", dims: [4], type: 4) }),
        ("type Q8_K is not supported", { $0.addTensor("output.weight", dims: [256], type: 15) }),
        ("type IQ2_XXS is not supported", { $0.addTensor("output.weight", dims: [256], type: 16) }),
        ("whole q4_0 blocks", { $0.addTensor("output.weight", dims: [4], type: 2) }),
        ("an offset that 32 divides", { $0.addTensor("output.weight", dims: [1], offset: 8) }),
        ("an offset within", { $0.addTensor("output.weight", dims: [4], offset: .max) }),
        ("bytes of token_embd.weight", { $0.addTensor("output.weight", dims: [4], offset: 0) }),
        ("does not have", { $0.addTensor("blk.0.mystery.weight", dims: [4], offset: 32) }),
        ("does not have", { $0.addTensor("blk.00.attn_q.weight", dims: [4], offset: 32) }),
        ("heads of 4 rows", { $0.addTensor("blk.0.attn_q.weight", dims: [1, 3], offset: 32) }),
        ("an id below 1", { $0.add("tokenizer.ggml.eos_token_id", UInt32(1)) }),
        ("an integer", { $0.add("llama.attention.head_count_kv", "3") }),
        ("found 0", { $0.add("llama.attention.head_count_kv", UInt32(0)) }),
        ("1 to 16777216", { $0.add("llama.attention.key_length", UInt32(Int32.max)) }),
        ("finite", { $0.add("llama.rope.freq_base", Float.nan) }),
        ("finite", { $0.add("llama.rope.freq_base", kind: 12, little((1e300).bitPattern)) }),
        (
            "one for each token",
            {
                $0.add(
                    "tokenizer.ggml.scores", kind: 9,
                    little(UInt32(6)) + little(UInt64(2)) + little(UInt64(0)))
            }
        ),
        ("rotate whole", { $0.add("llama.rope.dimension_count", UInt32(2)) }),
        ("-00001-of-00003.gguf", { $0.add("split.count", UInt32(3)) }),
        ("2 positive numbers", { $0.addTensor("rope_freqs.weight", dims: [2], offset: 32) }),
        ("2 positive numbers", { $0.addTensor("rope_freqs.weight", dims: [3], offset: 32) }),
        ("an even number up to 4", { $0.add("llama.rope.dimension_count", UInt32(8)) }),
        ("an even number up to 4", { $0.add("llama.rope.dimension_count", UInt32(0)) }),
        ("values of 2", { $0.add("llama.attention.value_length", UInt32(2)) }),
        (
            "rope.scaling.yarn_ext_factor",
            {
                $0.add("llama.rope.scaling.type", "yarn")
                $0.add("llama.rope.scaling.yarn_ext_factor", Float(0.5))
            }
        ),
    ]

    @Test(arguments: lies.indices)
    func liesAreRefused(index: Int) throws {
        let (fact, build) = Self.lies[index]
        var gguf = GGUFBytes()
        gguf.addLlama(heads: 1, width: 4)
        gguf.data = [UInt8](repeating: 0, count: 48)
        let folder = try TemporaryFolder()
        _ = try ModelSource(path: folder.write(gguf.bytes, to: "honest.gguf"))
        build(&gguf)
        let path = try folder.write(gguf.bytes, to: "lie.gguf")
        do throws(ModelFileError) {
            _ = try ModelSource(path: path)
            Issue.record("loaded, though \(fact)")
        } catch {
            #expect(error.description.contains(fact) && error.description.contains(path), "\(error)")
        }
    }

    @Test func anUnknownArchitectureNamesTheKnown() throws {
        var gguf = GGUFBytes()
        gguf.add("general.architecture", "mamba")
        let folder = try TemporaryFolder()
        let path = try folder.write(gguf.bytes, to: "mamba.gguf")
        #expect(
            throws: ModelFileError.unsupported(
                path: path, place: "general.architecture", found: "mamba",
                supported: [
                    "llama", "qwen2", "qwen3", "smollm3", "gemma2", "gemma3", "gpt2", "gptneox", "phi2",
                    "phi3",
                    "olmo2", "stablelm",
                ])
        ) { try ModelSource(path: path) }
    }

    /// Cut anywhere in its header, or in its data, a file is refused.
    @Test func everyTruncationIsRefused() throws {
        let bytes = try Self.small()
        let folder = try TemporaryFolder()
        let inData = stride(from: Self.headerSize, to: bytes.count, by: 997)
        for count in Array(0..<Self.headerSize) + Array(inData) + [bytes.count - 1] {
            let path = try folder.write(bytes.prefix(count), to: "cut.gguf")
            #expect(throws: ModelFileError.self, "\(count) bytes") { try ModelSource(path: path) }
        }
    }

    /// Some bytes of the header changed: it loads and expands, or is refused.
    @Test func noMutationCrashes() throws {
        let (loaded, refused) = try Self.mutated(Self.small(), headerSize: Self.headerSize, times: 4000)
        #expect(loaded > 100 && refused > 1000)
    }

    /// The same for the other architectures: of their longer headers the first part, with the metadata.
    @Test(arguments: FamilyGGUFTests.families)
    func noMutationOfAFamilyCrashes(family: String) throws {
        let path = try #require(FamilyGGUFTests.gguf(family))
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let (loaded, refused) = try Self.mutated(bytes, headerSize: 900, times: 50)
        #expect(loaded > 3 && refused > 3)
    }

    private static func mutated(
        _ bytes: [UInt8], headerSize: Int, times: Int
    ) throws -> (loaded: Int, refused: Int) {
        let folder = try TemporaryFolder()
        var random = SplitMix(state: 0x5eed)
        var (loaded, refused) = (0, 0)
        for _ in 0..<times {
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                mutated[Int.random(in: 0..<headerSize, using: &random)] =
                    [0, 1, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &random)].randomElement(
                        using: &random) ?? 0
            }
            let path = try folder.write(mutated, to: "mutated.gguf")
            do throws(ModelFileError) {
                let model = try ModelSource(path: path)
                for tensor in model.tensors.values { _ = tensor.matrix.expanded() }
                loaded += 1
            } catch {
                refused += 1
            }
        }
        return (loaded, refused)
    }
}

/// A small generator with a seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
