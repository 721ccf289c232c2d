import Examples
import Foundation
import HeadActivation
import LanguageSubspaces
import ModelFiles
import ModelHub
import Records
import Tokenization
import Training
import Transformers

/// What a run trains on: examples of one sequence, or pairs of two.
struct TrainedData: Sendable {
    /// An example, or a pair.
    struct Item: Sendable {
        /// The record's id, and its line in the file.
        let id: String, line: Int
        /// One sequence; of a pair the chosen one, then the rejected one; of parallel texts one for each language.
        let sequences: [TokenSequence]
        /// What telemetry calls each sequence.
        let names: [String]
    }

    /// The file.
    let path: String
    /// The items that can be used.
    let items: [Item]
    /// SHA-256 of the chat template that rendered them; nil where none did.
    let templateSHA256: String?
    /// The date that it printed; nil where it printed none.
    let templateDate: String?
    /// Records that were bad or could not be used.
    let leftOut: Int
    /// What of it is measured before and after training.
    let probed: ProbedData
    /// The texts of a run that brings languages nearer; nil: it does not.
    let parallel: ParallelData?

    /// Opens a run's data, as its objective wants them.
    init(_ plan: TrainingPlan, _ open: OpenModel, _ observer: RunObserver) throws {
        if let languages = plan.languages {
            self.init(
                try ParallelData(languages, of: plan.data, plan.reading, open, plan.computing, observer),
                plan,
                open)
        } else if plan.preference == nil {
            self.init(try plan.reading.open(plan.data, open, plan.computing, observer))
        } else {
            self.init(try plan.reading.pairs(of: plan.data, open, plan.computing, observer))
        }
    }

    /// Opens data whose heads are measured beside the run's own.
    init(probing path: String, _ plan: TrainingPlan, _ open: OpenModel, _ observer: RunObserver) throws {
        let reading = plan.reading.withoutLimit
        self =
            try holdsPreferences(at: path)
            ? TrainedData(try reading.pairs(of: path, open, plan.computing, observer))
            : TrainedData(try reading.open(path, open, plan.computing, observer))
    }

    init(_ data: OpenData) {
        items = data.examples.map {
            Item(id: $0.id, line: $0.line, sequences: [$0.sequence], names: [$0.id])
        }
        (path, templateSHA256, templateDate) = (data.path, data.templateSHA256, data.templateDate)
        (leftOut, probed, parallel) = (data.leftOut, .examples(data.examples), nil)
    }

    init(_ data: OpenPairs) {
        items = data.pairs.map { pair in
            Item(
                id: pair.id, line: pair.line, sequences: [pair.chosen.sequence, pair.rejected.sequence],
                names: ["\(pair.id)/chosen", "\(pair.id)/rejected"])
        }
        (path, templateSHA256, templateDate) = (data.path, data.templateSHA256, data.templateDate)
        (leftOut, probed, parallel) = (data.leftOut, .pairs(data.pairs), nil)
    }

    /// Parallel texts. They have no answer, so no heads are measured on them before and after.
    private init(_ data: ParallelData, _ plan: TrainingPlan, _ open: OpenModel) {
        items = data.items.map { item in
            Item(
                id: item.id, line: item.line,
                sequences: item.sequences.map {
                    TokenSequence(ids: $0, supervised: $0.map { _ in false })
                }, names: ([data.central] + data.languages).map { "\(item.id)/\($0)" })
        }
        path = plan.data
        let isRendered = plan.languages?.asChat ?? false
        templateSHA256 = isRendered ? open.tokenizer.chatTemplate.map { sha256(of: Data($0.utf8)) } : nil
        templateDate = isRendered ? open.templateDate(plan.computing) : nil
        (leftOut, probed, parallel) = (data.leftOut, .examples([]), data)
    }

    /// The sequences of all items.
    var sequences: [TokenSequence] { items.flatMap(\.sequences) }

    /// The pairs, where items are pairs.
    var pairs: [PreferencePair] {
        items.map { PreferencePair(chosen: $0.sequences[0], rejected: $0.sequences[1]) }
    }
}

/// Data whose heads are measured.
enum ProbedData: Sendable {
    /// Each example's own loss.
    case examples([EncodedExample])
    /// What makes the rejected answer of each pair more likely than the chosen one.
    case pairs([EncodedPreference])

    /// The first of them.
    func prefix(_ count: Int) -> ProbedData {
        switch self {
        case .examples(let examples): .examples(Array(examples.prefix(count)))
        case .pairs(let pairs): .pairs(Array(pairs.prefix(count)))
        }
    }

    var isEmpty: Bool {
        switch self {
        case .examples(let examples): examples.isEmpty
        case .pairs(let pairs): pairs.isEmpty
        }
    }
}

extension TrainedData {
    /// What a run of these items minimises.
    ///
    /// - Parameter reference: the scores of pairs by the model as the run starts; nil where they are not known yet.
    func objective(
        _ preference: PreferencePlan?, reference: [ReferenceScores]? = nil
    ) -> TrainingObjective {
        if let parallel { return .languages(parallel.items) }
        guard let preference else { return .supervised(sequences) }
        let unknown = ReferenceScores(chosen: .nan, rejected: .nan)
        return .preference(
            pairs, preference.pairLoss, reference: reference ?? pairs.map { _ in unknown })
    }
}

extension Provenance {
    /// What a training on some data, or a measurement of them, comes from.
    init(of open: OpenModel, on data: TrainedData, _ computing: Computing) throws {
        try self.init(
            of: open, on: data.path, dataSHA256: sha256(ofData: data.path), computing)
        (templateSHA256, templateDate) = (data.templateSHA256, data.templateDate)
    }
}

/// The factors on the learning rate of a run's modules; nil where there is no file of rates and all blocks are trained.
func moduleRates(_ plan: TrainingPlan, of model: Decoder, steps: Int) throws -> ModuleRates? {
    let rates = try ratesOfFile(plan, of: model, steps: steps)
    guard let first = plan.languages?.firstBlock(of: model.layers) else { return rates }
    let below = model.trainedModules.filter { (model.block(of: $0) ?? -1) < first }
    return (rates ?? ModuleRates(of: model.trainedModules, steps: steps)).freezing(below)
}

private func ratesOfFile(_ plan: TrainingPlan, of model: Decoder, steps: Int) throws -> ModuleRates? {
    guard let path = plan.rates else { return nil }
    let rates = try Rates(path: path)
    do throws(RatesError) {
        return try ModuleRates(
            rates, modules: model.trainedModules, others: model.allModules, steps: steps)
    } catch { throw UnusableData(description: "\(path): \(error).") }
}
