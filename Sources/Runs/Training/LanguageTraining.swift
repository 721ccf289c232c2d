import Foundation
import LanguageSubspaces
import Training
import Transformers

extension TrainingRun {
    /// Streams beyond this many bytes are kept on the disk.
    private static let mostInMemory = 512 << 20

    private var streamsPath: String { "\(folder)/streams.part" }

    /// Computes what lies below the first block that is trained, once for each text, and the states by the model as the run
    /// starts, from which training moves them.
    mutating func setLanguages() async throws {
        guard let languages = plan.languages, let data = opened.parallel else { return }
        // As the run started, also where it goes on.
        let (model, computing, items) = (
            try startingModel(of: plan, open, checkpoint: nil), plan.computing, data.items
        )
        let block = languages.firstBlock(of: model.layers)
        let bytes = KeptStreams.bytes(of: items, width: model.dModel)
        let path = bytes > Self.mostInMemory ? streamsPath : nil
        let (streams, reference) = try await unlessInterrupted { [observer] in
            let progress = observer.work("below", items.count)
            let found = try await KeptStreams.computing(
                model, items, block: block, file: path, packTokens: computing.packTokens,
                workers: computing.workers
            ) { progress.advance($0, $1) }
            progress.finish(nil)
            return found
        }
        observer.remark(
            "trained: \(block == model.layers - 1 ? "block \(block)" : "blocks \(block) to \(model.layers - 1)") of 0 to \(model.layers - 1); what enters "
                + "\(block == model.layers - 1 ? "it" : "them") is computed once and kept (\(bytes >> 20) MB \(path == nil ? "of memory" : "on the disk"))"
        )
        trainer.objective = .languages(
            items, data.languages, data.subspace, languages.weights, streams: streams, reference: reference)
    }

    /// Removes streams on the disk, which are made anew where the run goes on.
    func removeStreams() {
        if plan.languages != nil { try? FileManager.default.removeItem(atPath: streamsPath) }
    }
}
