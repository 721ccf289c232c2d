/// The n-grams of a text's words, of 1 to 3 lower-case letters, a space standing for the edge of a word.
func wordGrams(of text: String) -> [String] {
    var (grams, word) = ([String](), [Unicode.Scalar]())
    func end() {
        guard !word.isEmpty else { return }
        let padded = [" "] + word + [" "]
        for size in 1...3 where padded.count >= size {
            for start in 0...padded.count - size {
                let gram = padded[start..<start + size]
                if gram.contains(where: { $0 != " " }) {
                    var text = String.UnicodeScalarView()
                    text.append(contentsOf: gram)
                    grams.append(String(text))
                }
            }
        }
        word = []
    }
    for letter in text.lowercased().unicodeScalars {
        if letter.properties.isAlphabetic || letter.properties.generalCategory.isMark {
            word.append(letter)
        } else {
            end()
        }
    }
    end()
    return grams
}

extension Unicode.GeneralCategory {
    fileprivate var isMark: Bool {
        [.nonspacingMark, .spacingMark, .enclosingMark].contains(self)
    }
}
