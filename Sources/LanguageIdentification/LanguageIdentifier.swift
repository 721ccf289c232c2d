import Foundation
public import Statistics

/// Tells the language of a text: by its script where that has one language, else by character n-grams (naive Bayes, all
/// languages alike likely).
public struct LanguageIdentifier: Sendable {
    /// Where its profiles come from, for people.
    public let source: String
    /// The languages that it can tell.
    public let languages: Set<String>
    private let byScript: [Script: [Model]]

    /// Log-probabilities of a language's n-grams.
    private struct Model: Sendable {
        let language: String
        let logs: [String: Double]
        /// What an n-gram has that is not in the profile, by its length: [1…3].
        let floors: [Double]

        init(_ profile: LanguageProfile) {
            language = profile.language
            var (totals, least) = ([0.0, 0, 0, 0], [Int](repeating: .max, count: 4))
            for (gram, count) in profile.counts {
                let size = gram.unicodeScalars.count
                guard size < 4 else { continue }
                totals[size] += Double(count)
                least[size] = min(least[size], count)
            }
            logs = profile.counts.reduce(into: [:]) { logs, one in
                logs[one.key] = log(Double(one.value) / totals[min(3, one.key.unicodeScalars.count)])
            }
            floors = (0...3).map { size in
                totals[size] > 0 ? log(LanguageIdentifier.floor * Double(least[size]) / totals[size]) : -20
            }
        }
    }

    /// An n-gram that a profile lacks counts as this part of its rarest one.
    private static let floor = 0.1

    /// That of the profiles that are a part of the library: 41 languages, and 13 more that their script tells.
    public static let builtIn = LanguageIdentifier(
        LanguageProfile.all, source: "built-in profiles (langdetect)", scripts: true)

    /// One of the user's own lines.
    ///
    /// - Parameter lines: texts and their languages.
    /// - Returns: nil where fewer than two languages have a letter.
    public init?(of lines: [(language: String, text: String)]) {
        let groups = Dictionary(grouping: lines, by: \.language).sorted { $0.key < $1.key }
        let profiles = groups.compactMap { LanguageProfile($0.key, of: $0.value.map(\.text)) }
        guard profiles.count >= 2 else { return nil }
        self.init(profiles, source: "profiles of \(lines.count) own lines", scripts: false)
    }

    private init(_ profiles: [LanguageProfile], source: String, scripts: Bool) {
        self.source = source
        let alone = scripts ? Script.allCases.compactMap(\.language) : []
        languages = Set(profiles.map(\.language) + alone)
        byScript = Dictionary(grouping: profiles, by: \.script).mapValues { $0.map(Model.init) }
    }

    /// The language of a text; nil where it has no letter of a script that is known.
    public func language(of text: String) -> String? {
        guard let script = Script.most(of: text) else { return nil }
        guard let models = byScript[script] else { return script.language }
        if models.count == 1 { return models[0].language }
        // What no language has tells nothing.
        let grams = wordGrams(of: text).filter { gram in models.contains { $0.logs[gram] != nil } }
        let scores = models.map { model in
            grams.reduce(0.0) { sum, gram in
                sum + (model.logs[gram] ?? model.floors[min(3, gram.unicodeScalars.count)])
            }
        }
        return zip(models, scores).max { $0.1 < $1.1 }?.0.language
    }

    /// Whether a text is in a language; nil where the language is none that can be told.
    public func isIn(_ language: String, _ text: String) -> Bool? {
        let wanted = mainLanguage(language)
        guard languages.contains(where: { mainLanguage($0) == wanted }) else { return nil }
        return self.language(of: text).map { mainLanguage($0) == wanted } ?? false
    }

    /// How many of some texts, whose languages are known, are told right, by language; of languages that can be told.
    public func accuracy(on lines: [(language: String, text: String)]) -> [String: Proportion] {
        Dictionary(grouping: lines, by: \.language).compactMapValues { own in
            let found = own.compactMap { isIn($0.language, $0.text) }
            return found.isEmpty ? nil : Proportion(found.count { $0 }, of: found.count)
        }
    }
}
