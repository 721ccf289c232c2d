import Kernels
public import LinearProbes

/// The subspaces of languages at some places of a model.
public struct Subspaces: Sendable {
    /// The languages, in the order of the texts.
    public let languages: [String]
    /// The language from which expressions are measured.
    public let central: String
    /// The directions of each specific subspace.
    public let rank: Int
    /// The subspaces, in the order of the forward pass.
    public let places: [(place: SubspacePlace, subspace: LanguageSubspace)]
    /// How well languages separate at each place; none where that is not known.
    public let separation: [SubspacePlace: LanguageSeparation]
    /// The texts of each language.
    public let texts: [String: Int]
    /// Where they come from: digests and names, by key.
    public let origin: [String: String]
    /// Places that were asked for and left out, because the means differ there in fewer directions than the rank: at layer 0
    /// where all texts end with the same token.
    public private(set) var leftOut: [SubspacePlace] = []

    /// Subspaces that are known.
    init(
        languages: [String], central: String, rank: Int,
        places: [(place: SubspacePlace, subspace: LanguageSubspace)],
        separation: [SubspacePlace: LanguageSeparation], texts: [String: Int], origin: [String: String]
    ) {
        (self.languages, self.central, self.rank) = (languages, central, rank)
        (self.places, self.separation, self.texts, self.origin) = (places, separation, texts, origin)
    }

    /// The subspaces at some places.
    ///
    /// - Parameters:
    ///   - states: of texts with a language, at their last token; with the residual stream of the layers that are wanted, and
    ///     the final states where those are.
    ///   - wanted: the places.
    ///   - central: the language from which expressions are measured.
    ///   - rank: nil for languages − 1.
    ///   - origin: where the states come from, by key.
    ///   - seed: of the random directions that separation is held against.
    /// - Throws: where there are fewer than two languages, a language has fewer than two texts, the central one is not there, or
    ///   the means differ too little at all places.
    public init(
        of states: States, at wanted: [SubspacePlace], central: String, rank: Int? = nil,
        origin: [String: String] = [:], seed: Int = 0
    ) throws(LanguagesError) {
        let named = states.texts.map { $0.language ?? "" }
        let languages = named.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        guard languages.count >= 2 else { throw .oneLanguage(languages) }
        guard languages.contains(central) else { throw .noCentral(central, found: languages) }
        let rows = Dictionary(grouping: named.indices, by: { named[$0] })
        for language in languages where rows[language, default: []].count < 2 {
            throw .tooFew(language: language, texts: rows[language, default: []].count)
        }
        let rank = rank ?? languages.count - 1
        guard (1..<languages.count).contains(rank) else { throw .rank(rank, languages: languages.count) }
        var places: [(SubspacePlace, LanguageSubspace)] = []
        var separation: [SubspacePlace: LanguageSeparation] = [:]
        var leftOut: [SubspacePlace] = []
        for place in wanted.sorted() {
            let own = languages.map { language in
                (
                    language: language,
                    states: rows[language, default: []].map { states.state(of: $0, at: place) }
                )
            }
            let means = own.map { (language: $0.language, mean: mean(of: $0.states)) }
            do throws(LanguagesError) {
                places.append(
                    (place, try LanguageSubspace(of: means, central: central, rank: rank, place: place)))
            } catch {
                guard case .alike = error else { throw error }
                leftOut.append(place)
                continue
            }
            // Halves need two texts each; of few texts the halves' means may span less.
            if own.allSatisfy({ $0.states.count >= 4 }) {
                separation[place] = try? LanguageSeparation(
                    of: own, central: central, rank: rank, place: place, seed: seed)
            }
        }
        guard !places.isEmpty else { throw .alike(place: "\(leftOut[0])", rank: rank) }
        self.init(
            languages: languages, central: central, rank: rank, places: places, separation: separation,
            texts: rows.mapValues(\.count), origin: origin)
        self.leftOut = leftOut
    }

    /// The subspace at a place; nil where it was not read.
    public subscript(place: SubspacePlace) -> LanguageSubspace? {
        places.first { $0.place == place }?.subspace
    }

    /// The same languages in directions that are drawn, as many at each place.
    public func random(seed: Int) -> Subspaces {
        var origin = origin
        origin["random"] = "\(seed)"
        return Subspaces(
            languages: languages, central: central, rank: rank,
            places: places.enumerated().map { number, one in
                (one.place, one.subspace.random(seed: seed, stream: number))
            }, separation: [:], texts: texts, origin: origin)
    }
}

extension States {
    /// A text's state at a place: [width].
    func state(of text: Int, at place: SubspacePlace) -> [Double] {
        switch place {
        case .final:
            guard let final else { return [] }
            let width = final.shape[1]
            return final.values[text * width..<(text + 1) * width].map(Double.init)
        case .layer(let layer):
            guard let residual = sites[.residual], let row = layers.firstIndex(of: layer) else { return [] }
            let (count, width) = (residual.shape[1], residual.shape[2])
            let start = (text * count + row) * width
            return residual.values[start..<start + width].map(Double.init)
        }
    }
}
