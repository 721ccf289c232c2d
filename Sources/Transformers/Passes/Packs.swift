import Kernels

/// Packs (micro-batches) of sequences, of about equal size, which workers take one after the other.
public struct Packs: Sendable {
    /// The sequences of each pack, by their index.
    public let members: [[Int]]

    /// Packs with these members.
    init(members: [[Int]]) { self.members = members }

    /// A pack for each of some things, so that workers take them one after the other.
    public init(each count: Int) { members = (0..<count).map { [$0] } }

    /// The number of packs of at most `tokens` tokens: a multiple of 4, so that one, two or four workers get
    /// equal shares of a few packs.
    static func count(of all: Int, tokens: Int) -> Int { max(1, (all + 4 * tokens - 1) / (4 * tokens)) * 4 }

    /// Packs of at most `tokens` tokens (more only for a single longer sequence), all of about equal size.
    ///
    /// The two shortest sequences come first, each in a pack of its own, so that a first result is there at
    /// once. Packs do not depend on the number of workers.
    public init(lengths: [Int], tokens: Int) {
        let descending = lengths.indices.sorted { (lengths[$1], $1) < (lengths[$0], $0) }
        let first = descending.suffix(2).reversed()
        let long = descending.dropLast(2).prefix { lengths[$0] >= tokens }
        let dealt = descending.dropLast(2).dropFirst(long.count)
        // Dealt like cards in a zigzag: each pack gets a long sequence, a shorter one, …
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

    /// Packs of at most `tokens` tokens, enough to keep all workers busy, balanced by placing the longest
    /// sequences first.
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

    /// Packs of `sequences` sequences of similar length, from the longest to the shortest; the same for any
    /// number of workers.
    public init(lengths: [Int], sequences: Int) {
        let descending = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
        members = stride(from: 0, to: descending.count, by: sequences).map {
            Array(descending[$0..<min($0 + sequences, descending.count)])
        }
    }

    /// Runs `work` on every pack, `workers` at a time, and calls `deliver` with each result as it arrives, in
    /// any order. Calls of `deliver` never overlap. The first error stops the rest.
    nonisolated(nonsending) public func forEach<Result: Sendable, Failure: Error>(
        workers: Int, _ work: @Sendable @escaping ([Int]) throws(Failure) -> Result,
        deliver: ([Int], Result) throws(Failure) -> Void
    ) async throws(Failure) {
        let workers = max(1, min(workers, members.count))
        let arithmetic = Arithmetic.current.shared(among: workers)
        let outcome = await withTaskGroup(
            of: (Int, Swift.Result<Result, Failure>).self, returning: Failure?.self
        ) { group in
            var next = 0
            func start() {
                guard next < members.count else { return }
                let index = next
                next += 1
                // Who waits for the packs may have a thread of its own.
                group.addTask(executorPreference: globalConcurrentExecutor) {
                    do throws(Failure) {
                        let result = try arithmetic.asOneTask { () throws(Failure) in
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
