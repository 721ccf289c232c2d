import CLanguageProfiles
import Foundation

/// How often a language has which n-grams.
struct LanguageProfile: Sendable {
    /// The language's code.
    let language: String
    /// The script that it is written in.
    let script: Script
    /// The n-grams and their counts.
    let counts: [String: Int]

    /// A profile of some counts.
    init(_ language: String, _ script: Script, _ counts: [String: Int]) {
        (self.language, self.script, self.counts) = (language, script, counts)
    }

    /// A profile of some texts; nil where they hold no letter.
    init?(_ language: String, of texts: [String]) {
        guard let script = Script.most(of: texts.joined(separator: " ")) else { return nil }
        let counts = texts.reduce(into: [String: Int]()) { counts, text in
            for gram in wordGrams(of: text) { counts[gram, default: 0] += 1 }
        }
        self.init(language, script, counts)
    }

    /// The profiles that are a part of the library: langdetect's, by `notebooks-data/languages/make_profiles.py`.
    static let all: [LanguageProfile] = {
        let file = unsafe language_profiles()
        let text = unsafe String(
            decoding: UnsafeBufferPointer(start: file.bytes, count: file.count), as: UTF8.self)
        var (profiles, language, counts) = ([LanguageProfile](), "", [String: Int]())
        func end() {
            let letters = counts.keys.joined()
            if let script = Script.most(of: letters) {
                profiles.append(LanguageProfile(language, script, counts))
            }
            counts = [:]
        }
        for line in text.split(separator: "\n") {
            if line.hasPrefix("#") {
                end()
                language = String(line.dropFirst())
            } else if let tab = line.firstIndex(of: "\t") {
                counts[String(line[..<tab])] = Int(line[line.index(after: tab)...])
            }
        }
        end()
        return profiles
    }()
}
