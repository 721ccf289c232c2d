/// Sequences gathered into packs of about one size, for workers to take one after the other.
public struct Packs: Sendable {
    /// The sequences of each pack, by their index.
    public let members: [[Int]]

    /// Packs of at most `tokens` tokens, or of one sequence that is longer.
    ///
    /// Two sequences, the shortest, come first and alone, so that a first result is there at once; then packs from
    /// the longest sequences to the shortest. Packs do not depend on the number of workers.
    public init(lengths: [Int], tokens: Int) {
        let ascending = lengths.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
        var packs = ascending.prefix(2).map { [$0] }
        var open: [(members: [Int], room: Int)] = []
        for index in ascending.dropFirst(2).reversed() {
            if let fitting = open.firstIndex(where: { $0.room >= lengths[index] }) {
                open[fitting].members.append(index)
                open[fitting].room -= lengths[index]
            } else {
                open.append(([index], tokens - lengths[index]))
            }
            if let full = open.firstIndex(where: { $0.room < lengths[ascending[0]] }) {
                packs.append(open.remove(at: full).members)
            }
        }
        members = packs + open.map(\.members)
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
                        return (index, .success(try work(members[index])))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            for _ in 0..<max(1, workers) { start() }
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
