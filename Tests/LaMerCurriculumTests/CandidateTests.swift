import LaMerCurriculum
import Testing

@Suite struct CandidateTests {
    @Test(arguments: [
        ("The Answer.", "answer"), ("  an  apple!", "apple"), ("A", "a"),
        ("It's 1,234.5 km", "its 1234.5 km"),
        ("don't — größer als 1,234.5!", "dont größer als 1234.5"), ("1.5.", "1.5"),
        ("a.b c,d 3,x", "b c d 3 x"),
        ("so 3 + 4 = 7.\n#### 7", "7"), ("-5", "-5"), ("Größe", "größe"), ("A.", "a"), ("?", "?"), ("", ""),
    ])
    func normalizes(_ text: String, _ expected: String) { #expect(normalizedAnswer(text) == expected) }

    @Test func mergesWordingsOfOneAnswer() {
        let merged = Candidate.merged(
            untold: ["It is 7. #### 7", "the cat", "The cat!"], told: ["Seven: #### 7", "a dog", "cat"])
        #expect(
            merged == [
                Candidate(["It is 7. #### 7", "Seven: #### 7"]), Candidate(["the cat", "cat"]),
                Candidate(["a dog"], needsFact: true),
            ])
    }

    @Test func scoresBySumOrMean() {
        #expect(Normalization(lengths: [1, 8]) == .sum)
        #expect(Normalization(lengths: [1, 9]) == .mean)
        #expect(Normalization.sum.score([1, 2]) == -3)
        #expect(Normalization.mean.score([1, 2]) == -1.5)
    }
}
