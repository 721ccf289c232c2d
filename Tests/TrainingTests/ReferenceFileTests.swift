import Records
import TestSupport
import Testing
import Training

@Suite struct ReferenceFileTests {
    static let origin = ReferenceFile.Origin(
        modelSHA256: "m", adapterSHA256: nil, dataSHA256: "d", templateSHA256: "t")
    static let scores = [
        ReferenceScores(chosen: -0.1, rejected: -1 / 3),
        ReferenceScores(chosen: -1e-300, rejected: -123.4567890123456789),
    ]

    @Test func scoresAreReadBitForBit() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("reference.json")
        try ReferenceFile(Self.scores, from: Self.origin).write(to: path)
        #expect(try ReferenceFile.scores(at: path, from: Self.origin, count: 2) == Self.scores)
    }

    @Test(arguments: [
        (
            ReferenceFile.Origin(modelSHA256: "n", adapterSHA256: nil, dataSHA256: "d", templateSHA256: "t"),
            2,
            "the reference's model is m, and the run's is n"
        ),
        (
            .init(modelSHA256: "m", adapterSHA256: "a", dataSHA256: "d", templateSHA256: "t"), 2,
            "the reference's adapter is none, and the run's is a"
        ),
        (
            .init(modelSHA256: "m", adapterSHA256: nil, dataSHA256: "e", templateSHA256: "t"), 2,
            "the reference's data is d, and the run's is e"
        ),
        (origin, 3, "the reference's number of pairs is 2, and the run's is 3"),
    ])
    func anotherRunsScoresAreRefused(_ origin: ReferenceFile.Origin, _ count: Int, _ reason: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("reference.json")
        try ReferenceFile(Self.scores, from: Self.origin).write(to: path)
        let error = #expect(throws: RecordError.self) {
            try ReferenceFile.scores(at: path, from: origin, count: count)
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains(reason), "\(error.map { "\($0)" } ?? "")")
    }
}
