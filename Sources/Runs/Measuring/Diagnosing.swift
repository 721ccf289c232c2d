import Kernels
public import LaMerCurriculum

extension WholeDiagnosis {
    /// Diagnoses queries that bring their facts, by an open model.
    ///
    /// - Parameters:
    ///   - settings: how to diagnose; workers and the seed are those of `computing`.
    ///   - observer: hears what is decided and what is left out.
    /// - Throws: a ``DiagnosisError``; ``UnusableData`` where the chat template cannot be used.
    nonisolated(nonsending) public init(
        of queries: [Query], by open: OpenModel, _ settings: DiagnosisSettings = DiagnosisSettings(),
        computing: Computing = Computing(), _ observer: RunObserver = RunObserver()
    ) async throws {
        func hear(_ event: DiagnosisEvent) {
            switch event {
            case .decided(let what): observer.remark(what)
            case .warning(let what): observer.warn(what)
            case .begins, .progress, .ends: break
            }
        }
        computing.say(observer)
        var settings = settings
        (settings.workers, settings.seed) = (computing.workers, computing.seed)
        let told = try await toldQueries(queries, retrieve: nil, events: hear)
        let tokenizer = try open.answerTokenizer(computing, remark: observer.remark)
        self = try await Arithmetic.$current.withValue(computing.arithmetic) {
            try await WholeDiagnosis(
                of: told, by: open.decoder, tokenizer, settings, otherFacts: { [] }, events: hear)
        }
    }
}
