import Foundation
import HDF5
import Kernels
import LinearProbes
import ModelFiles
import TestSupport
import Testing
import Transformers

@Suite struct StatesTests {
    private static let families = [
        "gemma2", "gemma3", "gpt2", "gpt2-scaled", "gpt_neox", "gpt_neox-sequential", "llama-dynamic",
        "llama-linear", "llama-llama3", "llama-yarn", "mistral", "olmo2", "opt", "phi", "phi3",
        "phi3-longrope", "qwen2", "qwen3", "smollm3", "stablelm", "stablelm-parallel",
    ]

    private func reference() throws -> [String: StoredTensor] {
        try Safetensors(path: fixture("states.safetensors", of: "LinearProbesTests")).tensors
    }

    /// The sequences of `notebooks-data/reference/make_probes.py`.
    private static let sequences: [[Int32]] = [[3, 9, 14, 5], [7, 7], [21, 4, 30, 31, 8, 2, 11], [40]]

    private func read(
        _ family: String, _ position: StatePosition, layers: Set<Int>? = nil,
        sites: Set<StateSite> = Set(StateSite.allCases)
    ) async throws -> States {
        let model = try Decoder(
            ModelSource(path: repositoryPath("notebooks-data/reference/families/\(family)")))
        let sequences = Self.sequences
        return await states(
            of: model, on: sequences, texts: sequences.indices.map { States.Text(id: "\($0)", label: "x") },
            sites: sites, layers: layers, position: position, packTokens: 8, workers: 2)
    }

    private func expect(_ found: [Float], _ name: String, _ tensors: [String: StoredTensor]) throws {
        let expected = try #require(tensors[name]).matrix.expanded()
        let largest = expected.reduce(0) { max($0, abs($1)) }
        let farthest = zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(
            found.count == expected.count && farthest <= 1e-5 * largest, "\(name): \(farthest) of \(largest)")
    }

    @Test(arguments: families)
    func statesAreTransformers(_ family: String) async throws {
        let tensors = try reference()
        let last = try await read(family, .last)
        try expect(try #require(last.sites[.residual]).values, "\(family).residual", tensors)
        try expect(try #require(last.sites[.head]).values, "\(family).head", tensors)
        try expect(try #require(last.sites[.mlp]).values, "\(family).mlp", tensors)
        try expect(try #require(last.final).values, "\(family).final", tensors)
        let mean = try await read(family, .mean)
        try expect(try #require(mean.sites[.residual]).values, "\(family).mean", tensors)
    }

    @Test func chosenLayersAreThoseOfAll() async throws {
        let (all, some) = (try await read("qwen3", .last), try await read("qwen3", .last, layers: [1]))
        let (a, b) = (try #require(all.sites[.residual]), try #require(some.sites[.residual]))
        let width = a.shape[2]
        #expect(some.final == nil && b.shape == [4, 1, width])
        for text in 0..<4 {
            let start = text * a.shape[1] * width + width
            #expect(
                Array(a.values[start..<start + width]) == Array(b.values[text * width..<(text + 1) * width]))
        }
    }

    @Test func everyTokenHasARow() async throws {
        let all = try await read("gpt2", .all)
        let last = try await read("gpt2", .last)
        #expect(all.offsets == [0, 4, 6, 13, 14])
        let (a, b) = (try #require(all.sites[.mlp]), try #require(last.sites[.mlp]))
        let row = a.shape[1] * a.shape[2]
        for text in 0..<4 {
            let end = all.offsets[text + 1] * row
            let (found, expected) = (a.values[end - row..<end], b.values[text * row..<(text + 1) * row])
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test func aFileKeepsStates() async throws {
        let folder = try TemporaryFolder()
        let file = StatesFile(folder.path + "/states.h5")
        let states = try await read("gemma3", .last)
        try file.write(states, [("model", .string("tiny"))])
        let read = try file.read()
        #expect(
            read.texts == states.texts && read.layers == states.layers && read.position == states.position)
        #expect(read.sites == states.sites && read.final == states.final)
        #expect(read.places == states.places && !read.places.isEmpty)
        #expect(throws: HDF5Error.self) { try StatesFile(repositoryPath("README.md")).read() }
    }
}
