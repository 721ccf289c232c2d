import Evaluation
import Foundation
import Records
import Testing

@Suite struct EvaluationLineTests {
    /// Lines as `evaluate` has written them since its first version.
    static let lines = [
        #"{"id":"a","acc":true,"acc_norm":false,"acc_bytes":false,"acc_tokens":true,"prediction":1,"prediction_norm":0,"prediction_bytes":0,"prediction_tokens":1,"reference":1,"tied":false,"log_likelihoods":[-2.5,-1.25],"tokens":[2,1],"nll":1.25}"#,
        #"{"id":"b","exact_match":true,"prediction":"42","reference":"42","generation":"So 42.","tokens":4,"finished":true,"nll":0.5}"#,
        #"{"id":"c","exact_match":false,"reference":"42","generation":"","tokens":0,"finished":false,"nll":0.5}"#,
        #"{"id":"d","acc":true,"acc_tokens":false,"reference":"chosen","log_likelihoods":[-3.0,-4.0],"tokens":[2,5],"nll":1.5}"#,
    ]

    @Test(arguments: lines)
    func aLineIsReadBack(text: String) throws {
        let line = try JSONDecoder().decode(EvaluationLine.self, from: Data(text.utf8))
        #expect(try jsonLine(line) == text)
        #expect(!line.correct.isEmpty)
    }

    /// Of an earlier evaluation only the accuracies and the reference are needed.
    @Test func lessIsEnough() throws {
        let line = try JSONDecoder().decode(
            EvaluationLine.self, from: Data(#"{"id":"a","acc":false,"reference":3}"#.utf8))
        #expect(line.correct == ["acc": false] && line.reference == .option(3) && "\(line.reference)" == "3")
    }
}
