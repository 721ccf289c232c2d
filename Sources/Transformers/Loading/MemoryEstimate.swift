extension Decoder {
    /// The numbers that a pass with gradients keeps for each token: what enters each layer and its middle, queries,
    /// keys, values, what heads read, and both halves of the feed-forward layer; of all layers but one only what enters,
    /// where layers are recomputed.
    public var numbersKeptPerToken: Int {
        let layer = 2 * dModel + 2 * heads * dHead + 2 * keyValueHeads * dHead + 2 * dMLP + heads
        return recomputesLayers ? layers * dModel + layer : layers * layer
    }

    /// The memory that scoring heads will take at its peak, in bytes.
    ///
    /// Counted are the mapped files, and for each worker what a pack keeps, the widest numbers in passing, a chunk of
    /// logits, and a piece of an expanded weight.
    ///
    /// - Parameters:
    ///   - largestPack: Tokens of the largest pack.
    ///   - fileBytes: The size of the model's files.
    ///   - modules: Whether modules are scored, so that what attention and the feed-forward layer add is kept too.
    public func attributionMemory(
        largestPack: Int, workers: Int, fileBytes: Int, modules: Bool = false
    ) -> Int {
        let kept = numbersKeptPerToken + (modules ? 2 * layers * dModel : 0)
        let passing = largestPack * (3 * dMLP + 4 * dModel)
        let logits = min(12 << 20, largestPack * vocabulary)
        let perWorker = 4 * (largestPack * kept + passing + logits + (1 << 19))
        return 60_000_000 + fileBytes + workers * perWorker
    }

    /// The memory that training will take at its peak, in bytes: that of scoring heads, the inputs of the projections
    /// that are trained, and for each number that is trained itself, two moments, a sum of gradients, one gradient for each
    /// worker, and while a weight is replaced its successor.
    ///
    /// - Parameters:
    ///   - trained: How many numbers are trained.
    ///   - replaces: Whether what is trained takes the place of the files' weights, as opposed to adapters beside them.
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
