/// A model's states on some texts.
public struct States: Sendable {
    /// What a state is of, and what is known of its text.
    public struct Text: Sendable, Equatable {
        /// The record's id.
        public let id: String
        /// What a probe is to read off, where the record says so.
        public let label: String?
        /// Texts that belong together, such as both sides of a minimal pair.
        public let group: String?
        /// The text's language, where the record says so.
        public let language: String?

        /// A text.
        public init(id: String, label: String? = nil, group: String? = nil, language: String? = nil) {
            (self.id, self.label, self.group, self.language) = (id, label, group, language)
        }
    }

    /// The states at one kind of site.
    public struct Array: Sendable, Equatable {
        /// [row, layer, …]: all axes but the first are those of the site.
        public let shape: [Int]
        /// The numbers, row by row.
        public let values: [Float]

        /// States of a shape.
        public init(shape: [Int], values: [Float]) {
            precondition(shape.reduce(1, *) == values.count, "\(values.count) numbers for \(shape)")
            (self.shape, self.values) = (shape, values)
        }
    }

    /// The texts.
    public let texts: [Text]
    /// Of which tokens the states are.
    public let position: StatePosition
    /// Which layers were read, ascending.
    public let layers: [Int]
    /// The states at each site that was read: [row, layer, …]. For `head` and `mlp`, layers are those below L.
    public let sites: [StateSite: Array]
    /// The stream after the final norm: [row, width]; nil where layer L was not read.
    public let final: Array?
    /// Where each text's rows begin, and the number of rows: [text + 1]. One row a text unless `position` is `all`.
    public let offsets: [Int]

    /// Holds states.
    public init(
        texts: [Text], position: StatePosition, layers: [Int], sites: [StateSite: Array], final: Array?,
        offsets: [Int]
    ) {
        (self.texts, self.position, self.layers) = (texts, position, layers)
        (self.sites, self.final, self.offsets) = (sites, final, offsets)
    }
}
