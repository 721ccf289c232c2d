/// The files that a remedy writes before it trains.
package struct RemedyFiles {
    package let folder: String
    /// The training mixture: repair examples in order, with general ones between them.
    var mixture: String { "\(folder)/mixture.jsonl" }
    /// Held-out general examples.
    var heldOut: String { "\(folder)/general-held-out.jsonl" }
    /// Repair examples whose heads are measured.
    var repair: String { "\(folder)/heads-repair.jsonl" }
    /// Queries with the answers that their facts gave: failing ones (with a pair that counts), and passing
    /// ones.
    var failing: String { "\(folder)/heads-failing.jsonl" }
    var passing: String { "\(folder)/heads-passing.jsonl" }
    /// The settings; a run is resumed only if they are the same.
    var request: String { "\(folder)/remedy-request.json" }
    /// The outcome of every pair, and the summary.
    var outcomes: String { "\(folder)/outcomes.jsonl" }
    package var summary: String { "\(folder)/remedy.json" }

    package init(folder: String) { self.folder = folder }
}
