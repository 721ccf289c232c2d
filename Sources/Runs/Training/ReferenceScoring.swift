import ModelFiles
import Training

extension TrainingRun {
    /// Gives a preference its reference, the model as the run starts: scored now, or read where the run goes on.
    ///
    /// - Throws: where a run that goes on has no scores, or those of another model or other data.
    mutating func setReference() async throws {
        guard let preference = plan.preference else { return }
        let path = "\(folder)/reference.json"
        let origin = ReferenceFile.Origin(
            modelSHA256: record.modelSHA256, adapterSHA256: record.adapterSHA256,
            dataSHA256: record.dataSHA256, templateSHA256: record.templateSHA256)
        let scores: [ReferenceScores]
        if trainer.step > 0 {
            scores = try ReferenceFile.scores(at: path, from: origin, count: opened.items.count)
        } else {
            scores = try await scoredReference()
            try ReferenceFile(scores, from: origin).write(to: path)
        }
        trainer.objective = opened.objective(preference, reference: scores)
    }

    private func scoredReference() async throws -> [ReferenceScores] {
        let (pairs, model, order, computing) = (opened.pairs, trainer.model, trainer.order, plan.computing)
        let measuresHeads = plan.probe.every == 1  // in the first step
        let scores = try await unlessInterrupted { [observer] in
            let progress = observer.work("reference", pairs.count)
            let scores = await referenceScores(
                of: pairs, by: model, sharingPrompts: !measuresHeads, order: order,
                packTokens: computing.packTokens, workers: computing.workers
            ) { progress.advance($0, 0) }
            progress.finish(nil)
            return scores
        }
        for (item, score) in zip(opened.items, scores) where !(score.chosen + score.rejected).isFinite {
            throw UnusableData(
                description:
                    "\(opened.path), line \(item.line) (id \(item.id)): its log-probability by the reference is not finite; "
                    + "check the model's weights with `sft-probe verify`.")
        }
        return scores
    }
}
