import Kernels
import GradAttrib
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

@Suite struct VerificationTests {
    static let sequences = [(24, 5), (6, 2), (17, 9)].map { length, seed in
        var generator = SeededGenerator(seed: seed)
        let ids = (0..<length).map { _ in Int32.random(in: 0..<64, using: &generator) }
        return TokenSequence(ids: ids, supervised: ids.indices.map { $0 >= length / 3 })
    }

    func model(_ tiny: TinyModel) throws -> Decoder {
        try Decoder(ModelSource(path: repositoryPath(tiny.model)))
    }

    @Test(arguments: TinyModel.all)
    func identitiesHold(_ tiny: TinyModel) async throws {
        for identity in await identities(of: try model(tiny), on: Self.sequences) {
            #expect(identity.holds, "\(identity.name): \(identity.error), at most \(identity.tolerance)")
        }
    }

    /// What is broken on purpose is found: one head's output scaled a little, in one of the two ways.
    @Test func aDisturbedHeadIsFound() async throws {
        let disturbance = Tap([.headOutput]) { site, z in
            site.layer == 1 ? z.scaled(by: 1.01) : z
        }
        let broken = await identities(
            of: try model(TinyModel.all[0]), on: Self.sequences, disturbance: disturbance
        )
        .filter { !$0.holds }.map(\.name)
        #expect(broken.contains { $0.contains("Σ z·∂L/∂z") })
        #expect(broken.contains { $0.contains("A⊙∂L/∂A") })
        #expect(broken.contains { $0.contains("one by one, scores") })
        #expect(broken.contains { $0.contains("heads' writes") })
        #expect(broken.contains { $0.contains("kept keys and values") })
    }

    @Test func aDisturbedStreamIsFound() async throws {
        let disturbance = Tap([.residualMiddle]) { _, x in x.scaled(by: 1.001) }
        let broken = await identities(
            of: try model(TinyModel.all[0]), on: Self.sequences, disturbance: disturbance
        )
        .filter { !$0.holds }.map(\.name)
        #expect(broken.contains { $0.contains("next stream") })
    }

    @Test func anErrorThatIsNoNumberDoesNotHold() {
        #expect(!Identity(name: "", error: .nan, tolerance: 1).holds)
    }
}
