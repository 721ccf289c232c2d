/// A text in several languages, as tokens.
public struct ParallelItem: Sendable {
    /// The record's id.
    public let id: String
    /// The record's line in its file.
    public let line: Int
    /// The text in the central language, at least one token.
    public let central: [Int32]
    /// The text in the other languages, in the order of the training: [language][token].
    public let others: [[Int32]]

    /// A text.
    public init(id: String, line: Int, central: [Int32], others: [[Int32]]) {
        (self.id, self.line, self.central, self.others) = (id, line, central, others)
    }

    /// All of them, the central one first.
    public var sequences: [[Int32]] { [central] + others }
}

/// What brings languages nearer: the weights of three losses, and how strongly each language is to be expressed.
public struct LanguageLossWeights: Sendable, Equatable {
    /// Of the central language's mean state, which is to stay as it is.
    public var retain: Double
    /// Of each other language's specific part, which is to move by its expression.
    public var separate: Double
    /// Of the distance in the agnostic subspace between each other language and the central one.
    public var align: Double
    /// λ of each language, by which its expression is multiplied; 1 for those that are not named.
    public var strength: [String: Double]

    /// Weights.
    public init(
        retain: Double = 1, separate: Double = 1, align: Double = 1, strength: [String: Double] = [:]
    ) {
        (self.retain, self.separate, self.align, self.strength) = (retain, separate, align, strength)
    }
}
