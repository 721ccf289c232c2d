/// Where a tensor of a GGUF file belongs in the Hugging Face model, and what the converter did to it.
enum GGUFPart: Sendable, ExpressibleByStringLiteral {
    /// Nothing.
    case same(String)
    /// It reordered the rows of each head so that those that rotate together are neighbours.
    case rotaryPairs(String)
    /// It added 1.
    case oneAdded(String)
    /// It put the queries of all heads first, then all keys, then all values.
    case partByPart(String)
    /// It left in one tensor what now is three, one below the other.
    case joined([String])
    /// It stacked a vector for each head; each has the head's number at the end of its name.
    case stacked(String)
    /// It wrote out what follows from the configuration, and is read as such.
    case configuration

    init(stringLiteral name: String) { self = .same(name) }
}

/// The place of one tensor: what it is, and what stands around its name.
struct GGUFPlace {
    let part: GGUFPart
    /// What comes before the name: empty, or the block.
    let prefix: String
    /// `weight` or `bias`.
    let kind: String

    /// The whole name of a part of this block.
    func name(_ part: String) -> String { "\(prefix)\(part).\(kind)" }
}
