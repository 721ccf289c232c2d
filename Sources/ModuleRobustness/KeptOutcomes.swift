import Foundation
public import Records
import Transformers

/// Outcomes as they come, in a file beside the output: a measurement that is broken off goes on where it was, and gives the
/// same numbers.
public final class KeptOutcomes {
    /// A perturbed module, as its line names it.
    struct Key: Hashable, Codable {
        let module, perturbation: String
        let strength: Double
        let seed: Int
    }

    private struct Line: Codable {
        let key: Key
        let outcome: BehaviourOutcome
        let firstOrder: Double?
    }

    private let lines: GrowingLines
    private let known: [Key: Line]

    /// Opens a file, or begins it.
    ///
    /// - Parameters:
    ///   - path: the file; the caller removes it when the output stands.
    ///   - header: what an outcome depends on beside the module, the perturbation and the seed: the model, the prompts, the
    ///     classifier's penalty.
    /// - Throws: `malformed` where the file was begun with another header.
    public init<Header: Codable>(path: String, header: Header) throws(RecordError) {
        lines = try GrowingLines(path: path, header: header)
        var known: [Key: Line] = [:]
        for (place, bytes) in lines.kept.enumerated() {
            guard let line = try? JSONDecoder().decode(Line.self, from: Data(bytes)) else {
                throw .malformed(
                    path: path, line: place + 2,
                    reason: "it is no outcome of this command; remove the file, or name another output")
            }
            known[line.key] = line
        }
        self.known = known
    }

    /// The number of perturbed models that a broken run left.
    public var count: Int { known.count }

    /// What is known of a perturbed module.
    func outcome(of job: PerturbedJob) -> PerturbedModule? {
        known[job.key].map { PerturbedModule(job, $0.outcome, firstOrder: $0.firstOrder) }
    }

    /// Adds an outcome, and brings it to the disk.
    func add(_ found: PerturbedModule) throws(RecordError) {
        let job = PerturbedJob(place: found.place, perturbation: found.perturbation, seed: found.seed)
        try lines.add(Line(key: job.key, outcome: found.outcome, firstOrder: found.firstOrder))
    }
}

/// A module, what is to be done to it, and the seed of what is drawn.
struct PerturbedJob: Sendable {
    let place: ProjectionPlace
    let perturbation: Perturbation
    let seed: Int

    var key: KeptOutcomes.Key {
        KeptOutcomes.Key(
            module: place.path, perturbation: perturbation.name, strength: perturbation.strength, seed: seed)
    }
}
