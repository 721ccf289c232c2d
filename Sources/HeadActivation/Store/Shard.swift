/// One of several parts into which the examples of a data file are cut, so that each can be measured by itself.
///
/// Shards are numbered from 1. Each is a run of neighbouring examples; one after the other they are the whole file.
public struct Shard: Sendable, Hashable {
    /// Which part, from 1.
    public let index: Int
    /// Of how many.
    public let count: Int

    /// The part `index` of `count`.
    public init(_ index: Int, of count: Int) {
        precondition(count > 0 && (1...count).contains(index), "shard \(index) of \(count)")
        self.index = index
        self.count = count
    }

    /// Reads `i/n` with 1 ≤ i ≤ n; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.allSatisfy { ("0"..."9").contains($0) } }),
            let index = Int(parts[0]), let count = Int(parts[1]), index >= 1, index <= count
        else { return nil }
        self.init(index, of: count)
    }

    /// Which of `examples` examples are in this part.
    ///
    /// - Parameters:
    ///   - examples: how many there are in all.
    ///   - batch: examples that must stay together; parts begin at multiples of it. Needed where an example's
    ///     loss depends on its batch.
    public func range(of examples: Int, batch: Int = 1) -> Range<Int> {
        precondition(examples >= 0 && batch > 0, "\(examples) examples in batches of \(batch)")
        let batches = (examples + batch - 1) / batch
        func start(_ part: Int) -> Int { min(examples, batches * part / count * batch) }
        return start(index - 1)..<start(index)
    }
}

extension Shard: CustomStringConvertible {
    /// As `i/n`.
    public var description: String { "\(index)/\(count)" }
}
