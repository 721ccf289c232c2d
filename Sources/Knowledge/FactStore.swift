/// Where an index is searched: an SQLite file, or tables on a PostgreSQL server. Facts have the ids 1…count.
protocol FactStore: Sendable {
    /// The number of facts.
    var count: Int { get }
    /// The encoder whose vectors it has.
    var encoder: String? { get }

    /// The facts that have words of a query, best first by BM25; of the words, the rarest count.
    func idsByWords(_ query: String, limit: Int) throws(KnowledgeError) -> [Int]
    /// The facts whose vectors are nearest to one, nearest first.
    func idsByMeaning(_ vector: [Float], limit: Int) throws(KnowledgeError) -> [Int]
    /// What some facts say, in their order.
    func facts(_ ids: [Int]) throws(KnowledgeError) -> [StatedFact]
    /// The vectors of some facts, in their order.
    func vectors(_ ids: [Int]) throws(KnowledgeError) -> [[Float]]
    /// Asks several things of one and the same state of the index.
    func unchanged<Value>(_ body: () throws(KnowledgeError) -> Value) throws(KnowledgeError) -> Value
}

/// Where an index is built: under another name, until it is whole.
protocol FactWriter {
    /// What people read for it.
    var name: String { get }
    /// What a broken build noted of itself; nil where there is none.
    func leftover() throws(KnowledgeError) -> [String: String]?
    /// Removes what a broken build left.
    func discard() throws(KnowledgeError)
    /// Begins an index with its facts, found by words; all of them are there afterwards, and `about`, or nothing.
    func write(_ facts: [StatedFact], about: [String: String]) throws(KnowledgeError)
    /// Whether it can hold vectors; where it cannot, says why.
    func canHoldVectors() throws(KnowledgeError) -> Bool
    /// Adds to what is noted.
    func note(_ values: [String: String]) throws(KnowledgeError)
    /// How many facts have their vector.
    func vectorCount() throws(KnowledgeError) -> Int
    /// The texts of facts first, first + 1, …
    func texts(from first: Int, limit: Int) throws(KnowledgeError) -> [String]
    /// Adds the vectors of facts first, first + 1, …, all or none.
    func add(_ vectors: [[Float]], from first: Int) throws(KnowledgeError)
    /// Puts the index under its name, in place of what was there.
    func finish() throws(KnowledgeError)
}
