import Foundation
import TestSupport
import Testing
import Training

@Suite struct TrainerStateTests {
    /// What the state leaves to the defaults of transformers; its other keys that are null stand for nothing.
    static let left = ["eval_steps", "is_hyper_param_search", "stateful_callbacks", "total_flos"]

    @Test func membersAreThoseThatTransformersWrites() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("trainer_state.json")
        let state = TrainerStateJSON(
            lines: threeSteps, maxSteps: 10, stepsPerEpoch: 4, batchSize: 8, checkpointEvery: 5)
        try state.write(to: path)
        let expected = try object(fixture("trainer_state.json", of: "TrainingTests"))
            .filter { !($0.value is NSNull) && !Self.left.contains($0.key) }
        #expect(try object(path) as NSDictionary == expected as NSDictionary)
        #expect(folder.contents == ["trainer_state.json"])
    }

    func object(_ path: String) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
        return try #require(value as? [String: Any])
    }
}
