extension Decoder {
    /// The floats that a pass with gradients keeps per token: for each layer its input and middle residual
    /// stream, queries, keys, values, head outputs, and both halves of the MLP. With recomputation all layers
    /// but one keep only their input.
    public var numbersKeptPerToken: Int {
        let layer = 2 * dModel + 2 * heads * dHead + 2 * keyValueHeads * dHead + 2 * dMLP + heads
        return recomputesLayers ? layers * dModel + layer : layers * layer
    }

    /// The memory that scoring heads will take at its peak, in bytes.
    ///
    /// It counts the mapped files, and for each worker the activations of a pack, the widest temporary, a
    /// chunk of logits, and a piece of an expanded weight.
    ///
    /// - Parameters:
    ///   - largestPack: Tokens of the largest pack.
    ///   - workers: Packs computed at a time.
    ///   - fileBytes: The size of the model's files, in bytes.
    ///   - modules: Whether modules are scored, so that the outputs of attention and MLP are kept too.
    public func attributionMemory(
        largestPack: Int, workers: Int, fileBytes: Int, modules: Bool = false
    ) -> Int {
        let kept = numbersKeptPerToken + (modules ? 2 * layers * dModel : 0)
        let passing = largestPack * (3 * dMLP + 4 * dModel)
        let logits = min(12 << 20, largestPack * vocabulary)
        let perWorker = 4 * (largestPack * kept + passing + logits + (1 << 19))
        return 60_000_000 + fileBytes + workers * perWorker
    }

    /// The peak memory of training, in bytes: that of scoring heads, the inputs of the trained projections,
    /// and for each trained parameter its value, two moments, a sum of gradients, one gradient per worker,
    /// and its successor while it is replaced.
    ///
    /// - Parameters:
    ///   - trained: The number of trained parameters.
    ///   - replaces: Whether the trained parameters replace the files' weights (full fine-tuning), as opposed
    ///     to adapters.
    ///   - largestPack: Tokens of the largest pack.
    ///   - workers: Packs computed at a time.
    ///   - fileBytes: The size of the model's files, in bytes.
    public func trainingMemory(
        trained: Int, replaces: Bool, largestPack: Int, workers: Int, fileBytes: Int
    ) -> Int {
        let inputs = layers * (2 * dModel + heads * dHead + dMLP)
        let kept = recomputesLayers ? inputs / layers : inputs
        let largest = replaces ? vocabulary * dModel : 0
        return attributionMemory(largestPack: largestPack, workers: workers, fileBytes: fileBytes)
            + 4 * (workers * largestPack * kept + (4 + workers) * trained + largest)
    }
}
