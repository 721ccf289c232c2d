import Kernels
import Tensor
public import Training
import Transformers

extension TrainingObjective {
    /// What a run of parallel texts minimises before its reference is known: the items are there, and no losses.
    public static func languages(_ items: [ParallelItem]) -> TrainingObjective {
        .languages(items) { _ in preconditionFailure("the reference is not known yet") }
    }

    /// Three losses of each item at the final norm, and their mean over the items of a step:
    ///
    ///     retain     mean over d of (h̄_c − h̄_c⁰)²                     h̄: the mean over the positions of the central text
    ///     separate   Σ_l mean over d of (P_s·(h_l − h_l⁰) − λ_l·Δ_l)²     h: at the last position; ⁰: as the run starts
    ///     align      Σ_l mean over d of (P_a·(h_c − h_l))²
    ///
    /// What lies below the first block that is trained is not computed: its streams are known. A step reports the means of
    /// `loss_retain`, `loss_separate` and `loss_align`, without their weights.
    ///
    /// - Parameters:
    ///   - items: the texts.
    ///   - languages: those other than the central one, in the order of an item's texts.
    ///   - subspace: that of the final norm.
    ///   - weights: of the losses, and of each language.
    ///   - streams: what enters the first block that is trained.
    ///   - reference: the states by the model as the run starts: [item].
    /// - Source: *Lens*, arXiv 2410.04407. The mean of `retain` is over a text's own positions; the release's has those of its
    ///   padding too.
    public static func languages(
        _ items: [ParallelItem], _ languages: [String], _ subspace: LanguageSubspace,
        _ weights: LanguageLossWeights, streams: KeptStreams, reference: [LanguageReference]
    ) -> TrainingObjective {
        let losses = LanguageLosses(subspace, weights, languages: languages)
        return .languages(items) { pass in
            let reading = LanguagePass(pass.batch, texts: languages.count + 1)
            let hidden = pass.model.hidden(
                pass.batch, rows: reading.rows, resuming: streams.block,
                stream: streams.stream(of: pass.items), tap: pass.tap)
            let values = reading.states(hidden)
            var (sums, figures) = ([Double](), [String: [Double]]())
            var gradient = [Float](repeating: 0, count: hidden.elements.count)
            for (place, item) in pass.items.enumerated() {
                let own = values[place]
                let found = losses.outcome(
                    mean: own.mean, last: own.last, others: own.others, reference: reference[item],
                    positions: own.positions)
                sums.append(losses.loss(found))
                for (name, value) in [
                    ("loss_retain", found.retain), ("loss_separate", found.separate),
                    ("loss_align", found.align),
                ] {
                    figures[name, default: []].append(value)
                }
                reading.put(found, of: place, times: pass.weight, into: &gradient)
            }
            return ObjectiveLosses(
                losses: sums, differentiated: hidden.sum(weightedBy: gradient), figures: figures)
        }
    }

    private static func languages(
        _ items: [ParallelItem], _ losses: @escaping @Sendable (ObjectivePass) -> ObjectiveLosses
    ) -> TrainingObjective {
        TrainingObjective(
            items: items.map {
                $0.sequences.map { TokenSequence(ids: $0, supervised: $0.map { _ in false }) }
            },
            sizes: items.map { _ in 1 }, readsTargets: false, losses: losses)
    }
}

/// Which rows of a pass are read: all of the central texts, the last of the others.
struct LanguagePass {
    private let texts: Int
    private let lengths: [Int]
    /// The positions of the batch that are read.
    let rows: [Int]

    /// - Parameter texts: of an item.
    init(_ batch: Batch, texts: Int) {
        self.texts = texts
        lengths = batch.packing.sequences.map(\.count)
        rows = batch.packing.sequences.enumerated().flatMap { place, rows in
            place % texts == 0 ? Array(rows) : [rows.upperBound - 1]
        }
    }

    /// The states of an item.
    struct States {
        let mean, last: [Double]
        let others: [[Double]]
        let positions: Int
    }

    /// The states of each item from those of the rows.
    func states(_ hidden: Tensor) -> [States] {
        let d = hidden.shape.matrix.columns
        func row(_ row: Int) -> [Double] { hidden.elements[row * d..<(row + 1) * d].map(Double.init) }
        var (found, next) = ([States](), 0)
        for item in stride(from: 0, to: lengths.count, by: texts) {
            let count = lengths[item]
            let central = (next..<next + count).map(row)
            let others = (0..<texts - 1).map { row(next + count + $0) }
            found.append(
                States(
                    mean: mean(of: central), last: central[count - 1], others: others,
                    positions: count))
            next += count + texts - 1
        }
        return found
    }

    /// Puts the gradient of an item's losses to its rows.
    func put(_ found: LanguageLosses.Outcome, of item: Int, times factor: Float, into gradient: inout [Float])
    {
        let d = found.byCentral.count
        var next = stride(from: 0, to: item * texts, by: texts).reduce(0) { $0 + lengths[$1] + texts - 1 }
        func add(_ values: [Double]) {
            for (place, value) in values.enumerated() { gradient[next * d + place] += factor * Float(value) }
        }
        for position in 0..<lengths[item * texts] {
            add(found.byCentral)
            if position == lengths[item * texts] - 1 { add(found.byCentralLast) }
            next += 1
        }
        for values in found.byOthers {
            add(values)
            next += 1
        }
    }
}
