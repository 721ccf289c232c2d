public import ModelFiles
import Tensor

extension Decoder {
    /// Writes the LoRA pairs, and the weights that are saved with them, as a PEFT folder, atomically.
    ///
    /// - Parameters:
    ///   - path: A folder that does not exist, or is empty.
    ///   - base: The model that they belong to, as its user names it.
    ///   - isRankStabilized: Whether to record rsLoRA (scale α/√r); the computation is the same.
    public func writeAdapter(
        to path: String, base: String, isRankStabilized: Bool = false
    ) throws(ModelFileError) {
        let pairs = self.pairs
        precondition(!pairs.isEmpty, "a model without an adapter")
        var tensors = pairs.flatMap { module, pair in
            [("A", pair.a.tensor), ("B", pair.b.tensor)].map { part, factor in
                (
                    name: "\(module).lora_\(part).weight", shape: factor.shape.axes, values: factor.elements
                )
            }
        }
        tensors += savedModules.map { module, weight in
            (name: "\(module).weight", shape: weight.shape.axes, values: weight.numbers)
        }
        // PEFT looks for a saved head's bias too, and for the head as well where it is tied.
        if let headBias, savedWithPairs.contains("\(names.head).weight") {
            tensors.append(
                (
                    name: "\(moduleName(names.head)).bias", shape: headBias.shape.axes,
                    values: headBias.numbers
                ))
        }
        if head == nil, let embedding = savedModules.first?.weight {
            tensors.append(
                (
                    name: "\(moduleName(names.head)).weight", shape: embedding.shape.axes,
                    values: embedding.numbers
                ))
        }
        try writeAdapterFolder(
            configuration(of: pairs, base: base, isRankStabilized: isRankStabilized), tensors: tensors,
            isConv1D: isConv1D, to: path)
    }

    /// The attached pairs by module, in the order of the forward pass.
    private var pairs: [(module: String, pair: LowRank)] {
        var (copy, pairs) = (self, [(String, LowRank)]())
        copy.visitProjections { path, projection in
            if let pair = projection.adapter { pairs.append((moduleName(path), pair)) }
        }
        return pairs
    }

    /// PEFT's configuration of these pairs: the most common rank and alpha, and the patterns of the others.
    private func configuration(
        of pairs: [(module: String, pair: LowRank)], base: String, isRankStabilized: Bool
    ) -> AdapterConfiguration {
        func alpha(_ pair: LowRank) -> Double {
            let rank = Double(pair.rank)
            let alpha = Double(pair.scale) * (isRankStabilized ? rank.squareRoot() : rank)
            return abs(alpha - alpha.rounded()) < 1e-6 * abs(alpha) ? alpha.rounded() : alpha
        }
        var configuration = AdapterConfiguration()
        configuration.base = base
        configuration.isRankStabilized = isRankStabilized
        configuration.rank = mostFrequent(pairs.map(\.pair.rank))
        configuration.alpha = mostFrequent(pairs.map { alpha($0.pair) })
        configuration.dropout = Double(pairs[0].pair.dropout)
        for (module, pair) in pairs {
            if pair.rank != configuration.rank { configuration.ranks.append(PatternValue(module, pair.rank)) }
            if alpha(pair) != configuration.alpha {
                configuration.alphas.append(PatternValue(module, alpha(pair)))
            }
        }
        configuration.savedModules = savedModules.map { lastPart(of: $0.module) }
        configuration.tiesWeights = head == nil && !savedWithPairs.isEmpty
        configuration.targets = .modules(.names(endings(meaning: pairs.map(\.module))))
        return configuration
    }

    /// The last parts of these modules' names if they match no other module, otherwise the whole names.
    private func endings(meaning modules: [String]) -> [String] {
        let endings = Set(modules.map { lastPart(of: $0) })
        var (copy, meant) = (self, 0)
        copy.visitProjections { path, _ in meant += endings.contains(lastPart(of: path)) ? 1 : 0 }
        return meant == modules.count ? endings.sorted() : modules
    }
}

/// The value that occurs most often; of several the one that comes first.
private func mostFrequent<Value: Hashable>(_ values: [Value]) -> Value {
    let counts = Dictionary(values.map { ($0, 1) }, uniquingKeysWith: +)
    let most = counts.values.max()
    return values.first { counts[$0] == most } ?? values[0]
}
