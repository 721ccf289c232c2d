extension Decoder {
    /// The numbers that a pass with gradients keeps for each token: what enters each layer and its middle, queries,
    /// keys, values, what heads read, and both halves of the feed-forward layer.
    public var numbersKeptPerToken: Int {
        layers * (2 * dModel + 2 * heads * dHead + 2 * keyValueHeads * dHead + 2 * dMLP + heads)
    }

    /// The memory that scoring heads will take at its peak, in bytes.
    ///
    /// Counted are the mapped files, and for each worker what a pack keeps, the widest numbers in passing, a chunk of
    /// logits, and a piece of an expanded weight.
    ///
    /// - Parameters:
    ///   - largestPack: Tokens of the largest pack.
    ///   - fileBytes: The size of the model's files.
    public func attributionMemory(largestPack: Int, workers: Int, fileBytes: Int) -> Int {
        let passing = largestPack * (3 * dMLP + 4 * dModel)
        let logits = min(12 << 20, largestPack * vocabulary)
        let perWorker = 4 * (largestPack * numbersKeptPerToken + passing + logits + (1 << 19))
        return 60_000_000 + fileBytes + workers * perWorker
    }
}
