import HeadActivation
import LaMerCurriculum
import Runs

/// `Library MODEL DATA FOLDER`: trains LoRA, measures heads before and after, and diagnoses two queries.
@main struct Library {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4 else { return print("usage: Library MODEL DATA FOLDER") }
        let (model, data, folder) = (arguments[1], arguments[2], arguments[3])

        // Train a LoRA adapter on all linear projections: 60 steps of 4 examples.
        var plan = TrainingPlan(
            model: model, data: data, output: folder, lora: LoRAPlan(rank: 4), learningRate: 5e-3)
        (plan.batchSize, plan.epochs) = (4, 10)
        var training = try TrainingRun(plan)
        let adapter = try await training.run().folder + "/final"

        // Score every attention head on the data, without the adapter and with it.
        func heads(_ checkpoint: String, adapter: String? = nil) async throws -> HeadMeasurement {
            let plan = AttributionPlan(
                of: model, adapter: adapter, on: data, task: "sums", checkpoint: checkpoint)
            return try await AttributionRun(plan).measure()
        }
        let (before, after) = (try await heads("base"), try await heads("trained", adapter: adapter))
        let change = PatternChange(from: before, to: after)
        print("\(before.layers) × \(before.heads) heads, \(before.examples) examples")
        print("share of the activation that moved: \(change.distance.moved.value ?? 0)")
        if let loss = change.loss { print("loss: \(loss.before) nats before, \(loss.after) after") }
        for head in changedHeads(before, after).prefix(3) {
            print("layer \(head.layer), head \(head.head): \(head.before) -> \(head.after), q = \(head.q)")
        }

        // Ask the trained model two questions, without a fact and with one: how far does the fact move it?
        let queries = [
            Query(id: "a", text: "what is 2+3?", options: ["it is 5.", "it is 9."], facts: ["2+3=5."]),
            Query(id: "b", text: "what is 9+9?", options: ["it is 18.", "it is 5."], facts: ["9+9=18."]),
        ]
        let trained = try OpenModel(name: model, adapter: adapter)
        var settings = DiagnosisSettings()
        (settings.isCalibrated, settings.threshold) = (false, 0.05)
        let diagnosis = try await WholeDiagnosis(of: queries, by: trained, settings)
        for line in diagnosis.lines(ofAll: true) {
            print(
                "\(line.query) \(line.fact) RE \(line.relativeEntropy) nats, \(line.kind ?? ""), band \(line.band)"
            )
        }
    }
}
