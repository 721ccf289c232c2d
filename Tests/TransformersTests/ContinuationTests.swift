import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

/// Several sequences at once, and continuations that share their prompt, against each sequence alone.
@Suite struct ContinuationTests {
    /// Of each family: windows, soft caps, rotations that depend on the length, learned positions.
    @Test(arguments: FamilyModel.folders)
    func sharingThePromptChangesNothing(_ tiny: FamilyModel) throws {
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let all = try TinyModel.sequences(Reference(tiny.reference)).map(\.ids)
        let continuations = all.map { ids in
            let cut = max(1, ids.count / 2)
            let rest = Array(ids[cut...])
            return Continuations(
                prompt: Array(ids[..<cut]), options: [rest, Array(rest.prefix(1)), rest.reversed()])
        }
        let shared = model.tokenLosses(of: continuations)
        for (one, losses) in zip(continuations, shared) {
            for (option, losses) in zip(one.options, losses) {
                let marks = one.prompt.map { _ in false } + option.map { _ in true }
                let whole = model.tokenLosses(
                    Batch([TokenSequence(ids: one.prompt + option, supervised: marks)])
                ).elements
                #expect(losses.count == option.count)
                let (difference, scale) = distance(losses, whole)
                #expect(difference <= 1e-5 * max(1, scale), "\(one.prompt.count) + \(option.count)")
            }
        }
    }

    /// Prompts that begin alike for a while, are one another's beginning, or are the same.
    @Test(arguments: FamilyModel.folders)
    func sharingStartsChangesNothing(_ tiny: FamilyModel) throws {
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let all = try TinyModel.sequences(Reference(tiny.reference)).map(\.ids)
        let longest = all.max { $0.count < $1.count } ?? []
        let continuations = [2, 5, 3, 5].map { cut in
            Continuations(
                prompt: Array(longest.prefix(cut)),
                options: [Array(longest[cut...]), Array(longest.suffix(2))])
        }
        for (one, together) in zip(continuations, model.tokenLosses(of: continuations)) {
            let alone = model.tokenLosses(of: [one])[0]
            let (difference, scale) = distance(together.flatMap(\.self), alone.flatMap(\.self))
            #expect(difference <= 1e-5 * max(1, scale), "a prompt of \(one.prompt.count)")
        }
    }

    /// Two answers to one prompt, one of them cut short, and another sequence: losses and gradients of all weights.
    @Test(arguments: FamilyModel.folders)
    func answersToOnePromptHaveTheirGradients(_ tiny: FamilyModel) throws {
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let all = try TinyModel.sequences(Reference(tiny.reference)).map(\.ids)
        let longest = all.max { $0.count < $1.count } ?? []
        let cut = longest.count / 2
        let (start, rest) = (Array(longest[..<cut]), Array(longest[cut...]))
        let answers = [rest, rest.dropLast(), rest.reversed()]
        var sequences = answers.map { answer in
            TokenSequence(
                ids: start + answer,
                supervised: (0..<cut + answer.count).map { $0 >= cut })
        }
        sequences.append(TokenSequence(ids: longest.reversed(), supervised: longest.map { _ in true }))
        let batch = Batch(sequences)
        let (shared, apart) = (model.tokenLosses(sharingStartsOf: batch), model.tokenLosses(batch))
        let (difference, scale) = distance(shared.elements, apart.elements)
        #expect(difference <= 1e-5 * max(1, scale))
        let found = model.weightGradients(batch, sharingStarts: true)
        for ((name, found), (_, expected)) in zip(found, model.weightGradients(batch)) {
            let (difference, scale) = distance(found.elements, expected.elements)
            #expect(difference <= 1e-5 * max(1, scale), "\(name)")
        }
    }

    @Test func packsAndWorkersChangeNothing() async throws {
        let tiny = TinyModel.all[0]
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let all = try TinyModel.sequences(Reference(tiny.reference)).map(\.ids).filter { $0.count > 4 }
        let continuations = all.map {
            Continuations(prompt: Array($0.prefix(3)), options: [Array($0[3...]), Array($0.suffix(2))])
        }
        let together = model.tokenLosses(of: continuations)
        let packed = await model.tokenLosses(of: continuations, packTokens: 20, workers: 2)
        var seen = (prompts: 0, tokens: 0)
        _ = await model.tokenLosses(of: Array(continuations.prefix(1)), packTokens: 20, workers: 1) {
            seen = (seen.prompts + $0, seen.tokens + $1)
        }
        #expect(
            relativeDistance(packed.flatMap { $0.flatMap(\.self) }, together.flatMap { $0.flatMap(\.self) })
                < 1e-5)
        // Computed is each different beginning, but for what all prompts begin with: their first two tokens here.
        let begun = continuations[0].options.flatMap { option in
            let whole = continuations[0].prompt + option.dropLast()
            return (3...whole.count).map { whole.prefix($0) }
        }
        #expect(seen == (1, Set(begun).count))
    }

    @Test(arguments: FamilyModel.folders)
    func sequencesTogetherGoOnAsAlone(_ tiny: FamilyModel) throws {
        let model = try Decoder(ModelSource(path: repositoryPath(tiny.model)))
        let prompts = try TinyModel.sequences(Reference(tiny.reference)).map {
            Array($0.ids.prefix(1 + $0.ids.count / 2))
        }
        let alone = prompts.map { model.greedy($0, limit: 9, ends: []) }
        #expect(model.greedy(prompts, limit: 9, ends: []) == alone)
        // One ends early, the others go on.
        let end = alone[0][4]
        let cut = alone.map { Array($0.prefix { $0 != end }) }
        #expect(model.greedy(prompts, limit: 9, ends: [end]) == cut)
        #expect(cut[0].count <= 4)
    }

    @Test func generationStopsAtTheContextsEnd() throws {
        let model = try Decoder(ModelSource(path: repositoryPath(TinyModel.all[0].model)))
        let long = [Int32](repeating: 7, count: model.contextLength - 2)
        let made = model.greedy([[7], long], limit: 20, ends: [])
        #expect(made.map(\.count) == [20, 3])
        #expect(model.greedy([[7]], limit: 0, ends: []) == [[]])
    }
}
