import LaMerCurriculum
import Testing

@Suite struct CandidateTests {
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
