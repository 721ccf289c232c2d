import Kernels

/// Which examples a step takes: a function of the step's number alone, so a resumed run continues with the
/// same data.
public struct ExampleOrder: Sendable {
    /// The examples of the data.
    public let count: Int
    /// Examples per step; fewer in the last step of an epoch.
    public let batchSize: Int
    /// The seed of the shuffling in each epoch; nil for the order of the file.
    public let seed: Int?

    /// An order over `count` examples.
    public init(count: Int, batchSize: Int, shuffledBy seed: Int?) {
        precondition(count > 0 && batchSize > 0, "steps of \(batchSize) of \(count) examples")
        (self.count, self.batchSize, self.seed) = (count, batchSize, seed)
    }

    /// Steps per epoch.
    public var stepsPerEpoch: Int { (count + batchSize - 1) / batchSize }

    /// The examples of a step, counted from 1.
    public func examples(step: Int) -> [Int] {
        let (epoch, place) = (step - 1).quotientAndRemainder(dividingBy: stepsPerEpoch)
        let range = place * batchSize..<min(count, (place + 1) * batchSize)
        guard let seed else { return Array(range) }
        var generator = SeededGenerator(seed: seed, stream: epoch)
        return Array((0..<count).shuffled(using: &generator)[range])
    }
}
