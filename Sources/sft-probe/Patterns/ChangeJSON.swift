import HeadActivation
import Runs
import Statistics

/// A change as `--json` prints it.
struct ChangeJSON: Encodable {
    typealias Number = PatternJSON.Number
    typealias Range = PatternJSON.Range

    struct Head: Encodable {
        let layer, head: Int
        let before, after, t, p, q: Number

        init(_ head: HeadChange) {
            (layer, self.head) = (head.layer, head.head)
            (before, after) = (Number(head.before), Number(head.after))
            (t, p, q) = (Number(head.t), Number(head.p), Number(head.q))
        }
    }

    struct Distance: Encodable {
        let moved, meanSquare, meanSquareOfShares, pearson, spearman, cosine: Range

        init(_ distance: DistanceEstimates) {
            (moved, meanSquare) = (Range(distance.moved), Range(distance.meanSquare))
            meanSquareOfShares = Range(distance.meanSquareOfShares)
            (pearson, spearman) = (Range(distance.pearson), Range(distance.spearman))
            cosine = Range(distance.cosine)
        }
    }

    struct Point: Encodable {
        let checkpoint: String
        let step: Int?
        let progress, movedFromBase, pearsonWithBase, movedFromPrevious, pearsonWithPrevious: Number
        let movedToFinal, pearsonWithFinal: Number
        let progressInterval: Range
        let fromBase, toFinal: Distance
        let fromPrevious: Distance?
    }

    struct Moved: Encodable {
        let value, low, high, chanceSameExamples, chanceOtherExamples, p: Number
    }

    struct LossChange: Encodable {
        let value, low, high, p, shareWorse, before, after: Number
        let verdict: Verdict
        let finding: String
    }

    /// Means of what the same examples would show without a change.
    struct Chance: Encodable {
        let moved, meanSquare, meanSquareOfShares, pearson, spearman, cosine: Number
    }

    let task, from, to, finding: String
    let verdict: Verdict
    /// The verdict's chance: of both tests of the pattern, adjusted for the other tasks.
    let q: Number
    let lossChange: LossChange?
    let chanceSameExamples: Chance?
    let examplesNeeded: Int?
    let gini: Range
    let layers, heads: Int
    let difference, differenceOfShares: [Number]
    let moved: Moved
    let meanSquare, meanSquareOfShares, pearson, spearman, cosine: Range
    let movedByChance, pearsonWithoutCommonMode, spearmanWithoutCommonMode, cosineWithoutCommonMode: Number
    let withoutCommonMode: Distance?
    let changedHeads, gainedHeads, lostHeads: [Head]
    let trajectory: [Point]
    let settledBy, settledEarliest, settledLatest: String?
    let warnings: [String]

    init(_ item: TaskChange) {
        let change = item.change
        (task, from, to, finding) = (item.task, item.from, item.to, item.finding)
        (layers, heads) = (item.layers, item.heads)
        difference = change.difference.map { Number($0) }
        differenceOfShares = (change.differenceOfShares ?? []).map { Number($0) }
        let distance = Distance(change.distance)
        verdict = item.verdict
        q = Number(item.q)
        moved = Moved(
            value: distance.moved.value, low: distance.moved.low, high: distance.moved.high,
            chanceSameExamples: Number(change.chance?.moved),
            chanceOtherExamples: Number(change.movedByChance),
            p: Number(change.chance?.p))
        lossChange = change.loss.flatMap { loss in
            item.lossVerdict.map { verdict in
                let range = Range(loss.change)
                return LossChange(
                    value: range.value, low: range.low, high: range.high, p: Number(loss.p),
                    shareWorse: Number(loss.shareLarger), before: Number(loss.before),
                    after: Number(loss.after),
                    verdict: verdict, finding: costSentence(item.task, loss, verdict))
            }
        }
        chanceSameExamples = change.chance.map {
            Chance(
                moved: Number($0.moved), meanSquare: Number($0.meanSquare),
                meanSquareOfShares: Number($0.meanSquareOfShares), pearson: Number($0.pearson),
                spearman: Number($0.spearman), cosine: Number($0.cosine))
        }
        examplesNeeded = item.verdict == .undecided ? change.examplesNeeded(margin: item.margin) : nil
        gini = Range(change.gini)
        meanSquare = distance.meanSquare
        meanSquareOfShares = distance.meanSquareOfShares
        (pearson, spearman, cosine) = (distance.pearson, distance.spearman, distance.cosine)
        movedByChance = Number(change.movedByChance)
        withoutCommonMode = change.withoutCommonMode.map { Distance($0) }
        pearsonWithoutCommonMode = Number(change.withoutCommonMode?.pearson.value)
        spearmanWithoutCommonMode = Number(change.withoutCommonMode?.spearman.value)
        cosineWithoutCommonMode = Number(change.withoutCommonMode?.cosine.value)
        changedHeads = item.listed.map(Head.init)
        let (gained, lost) = item.gainedAndLost
        (gainedHeads, lostHeads) = (gained.map(Head.init), lost.map(Head.init))
        trajectory = (item.trajectory?.points ?? []).map { point in
            Point(
                checkpoint: point.checkpoint, step: point.step, progress: Number(point.progress.value),
                movedFromBase: Number(point.fromBase.moved.value),
                pearsonWithBase: Number(point.fromBase.pearson.value),
                movedFromPrevious: Number(point.fromPrevious?.moved.value),
                pearsonWithPrevious: Number(point.fromPrevious?.pearson.value),
                movedToFinal: Number(point.toFinal.moved.value),
                pearsonWithFinal: Number(point.toFinal.pearson.value),
                progressInterval: Range(point.progress), fromBase: Distance(point.fromBase),
                toFinal: Distance(point.toFinal), fromPrevious: point.fromPrevious.map { Distance($0) })
        }
        settledBy = item.trajectory?.checkpoint(reaching: 0.9)?.checkpoint
        let range = item.trajectory?.checkpoints(reaching: 0.9)
        (settledEarliest, settledLatest) = (range?.earliest.checkpoint, range?.latest.checkpoint)
        warnings = item.warnings
    }
}
