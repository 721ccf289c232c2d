import Kernels

/// Sequences gathered into packs of about one size, for workers to take one after the other.
public struct Packs: Sendable {
    /// The sequences of each pack, by their index.
    public let members: [[Int]]

    /// Packs with these members.
    init(members: [[Int]]) { self.members = members }

    /// How many packs of at most so many tokens hold all: a multiple of 4, so that one, two or four workers have the
    /// same share where there are few.
    static func count(of all: Int, tokens: Int) -> Int { max(1, (all + 4 * tokens - 1) / (4 * tokens)) * 4 }

    /// Packs of at most `tokens` tokens, or of one sequence that is longer, all of about one size.
    ///
    /// Two sequences, the shortest, come first and alone, so that a first result is there at once. Packs do not
    /// depend on the number of workers.
    public init(lengths: [Int], tokens: Int) {
        let descending = lengths.indices.sorted { (lengths[$1], $1) < (lengths[$0], $0) }
        let first = descending.suffix(2).reversed()
        let long = descending.dropLast(2).prefix { lengths[$0] >= tokens }
        let dealt = descending.dropLast(2).dropFirst(long.count)
        // Dealt like cards, there and back: each pack gets a long one, a shorter one, …
        func deal(to count: Int) -> [[Int]] {
            var packs = [[Int]](repeating: [], count: count)
            for (turn, index) in dealt.enumerated() {
                let (round, place) = turn.quotientAndRemainder(dividingBy: count)
                packs[round.isMultiple(of: 2) ? place : count - 1 - place].append(index)
            }
            return packs
        }
        var packs = deal(to: Self.count(of: dealt.reduce(0) { $0 + lengths[$1] }, tokens: tokens))
        while packs.contains(where: { $0.reduce(0) { $0 + lengths[$1] } > tokens }) {
            packs = deal(to: packs.count + (packs.count / 16 + 4) / 4 * 4)
        }
        members = first.map { [$0] } + long.map { [$0] } + packs.filter { !$0.isEmpty }
    }

    /// Packs of at most `tokens` tokens, as many as keep all workers busy, of sizes as near to each other as the longest
    /// first makes them.
    public init(sharing lengths: [Int], tokens: Int, workers: Int) {
        let enough = (lengths.reduce(0, +) + tokens - 1) / tokens
        let count = min(lengths.count, (enough + workers - 1) / workers * workers)
        var packs = [(members: [Int], tokens: Int)](repeating: ([], 0), count: count)
        for index in lengths.indices.sorted(by: { (lengths[$1], $0) < (lengths[$0], $1) }) {
            let least = packs.indices.min { (packs[$0].tokens, $0) < (packs[$1].tokens, $1) } ?? 0
            packs[least].members.append(index)
            packs[least].tokens += lengths[index]
        }
        members = packs.map { $0.members.sorted() }
    }

    /// Packs of so many sequences of about one length, from the longest to the shortest; the same for any number
    /// of workers.
    public init(lengths: [Int], sequences: Int) {
        let descending = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
        members = stride(from: 0, to: descending.count, by: sequences).map {
            Array(descending[$0..<min($0 + sequences, descending.count)])
        }
    }

    /// Runs `work` on every pack, `workers` at a time, and hands each result to `deliver` as it comes, in whatever
    /// order; `deliver` runs in one place. The first error stops the rest.
    nonisolated(nonsending) public func forEach<Result: Sendable, Failure: Error>(
        workers: Int, _ work: @Sendable @escaping ([Int]) throws(Failure) -> Result,
        deliver: ([Int], Result) throws(Failure) -> Void
    ) async throws(Failure) {
        let workers = max(1, min(workers, members.count))
        let outcome = await withTaskGroup(
            of: (Int, Swift.Result<Result, Failure>).self, returning: Failure?.self
        ) { group in
            var next = 0
            func start() {
                guard next < members.count else { return }
                let index = next
                next += 1
                group.addTask {
                    do throws(Failure) {
                        let result = try Products.sharingThreads(among: workers) {
                            () throws(Failure) in
                            try work(members[index])
                        }
                        return (index, .success(result))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            for _ in 0..<workers { start() }
            for await (index, result) in group {
                do throws(Failure) {
                    try deliver(members[index], try result.get())
                } catch {
                    return error
                }
                start()
            }
            return nil
        }
        if let outcome { throw outcome }
    }
}
