import Files
import Transformers

extension Packs {
    /// As `forEach(workers:_:deliver:)`, with a row of scores for each example of a pack, and without computing what is
    /// kept already; what is new is kept before it is delivered.
    ///
    /// - Parameters:
    ///   - kept: Where rows are kept; nil keeps none.
    ///   - digest: The digest of what is computed, of all examples.
    nonisolated(nonsending) func forEach(
        workers: Int, keeping kept: KeptScores?, of digest: UInt64,
        _ work: @Sendable @escaping ([Int]) throws(AttributionError) -> [[Float]],
        deliver: ([Int], [[Float]]) throws(AttributionError) -> Void
    ) async throws(AttributionError) {
        try await forEach(workers: workers) { (members) throws(AttributionError) -> [[Float]] in
            let key = PackKey(work: digest, members: members)
            if let rows = kept?.rows(of: key), rows.count == members.count { return rows }
            let rows = try work(members)
            do throws(FileError) {
                try kept?.add(rows, of: key)
            } catch { throw .file(error) }
            return rows
        } deliver: { (members, rows) throws(AttributionError) in
            try deliver(members, rows)
        }
    }
}
