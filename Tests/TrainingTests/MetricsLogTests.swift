import Foundation
import Records
import TestSupport
import Testing
import Training

@Suite struct MetricsLogTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("metrics.jsonl")
    }

    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }
    func read() throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    static let first =
        #"{"step":1,"loss":2.5,"grad_norm":1.25,"learning_rate":0.0,"tokens":90,"seconds":1.5}"#
    static let third =
        #"{"step":3,"loss":2.0,"grad_norm":300.125,"learning_rate":0.001,"tokens":100,"seconds":1.75,"#
        + #""supervised_tokens":50,"eval_accuracy":0.5,"eval_loss":2.125}"#

    @Test func eachLineIsThereWhenTheNextIsWritten() throws {
        let log = try MetricsLog(path: path)
        for count in 1...3 {
            try log.append(threeSteps[count - 1])
            #expect(
                try readJSONLines(MetricsLine.self, at: path).map(\.record) == Array(threeSteps[..<count]))
        }
        let lines = try read().split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 4)
        #expect(lines[0] == Self.first)
        #expect(lines[2] == Self.third)
    }

    /// An objective's figures are kept, also by a run that goes on; what holds no number is passed over.
    @Test func figuresAreReadAsTheyWereWritten() throws {
        var line = threeSteps[2]
        line.figures = ["margin": 0.25, "accuracy": 1]
        try MetricsLog(path: path).append(line)
        #expect(
            try read().contains(#""supervised_tokens":50,"accuracy":1.0,"margin":0.25,"eval_accuracy":0.5"#))
        #expect(try MetricsLog.lines(at: path) == [line])
        try write(Self.first.dropLast() + #","note":"x","margin":2}"# + "\n")
        #expect(try MetricsLog.lines(at: path).map(\.figures) == [["margin": 2]])
    }

    @Test func aNewRunBeginsEmpty() throws {
        try write("whatever\nwas\nthere\n")
        #expect(try MetricsLog(path: path).kept.isEmpty)
        #expect(try read() == "")
    }

    @Test(arguments: [0, 1, 2, 3, 9]) func resumingKeepsTheLinesUpToTheStep(step: Int) throws {
        do {
            let log = try MetricsLog(path: path)
            for line in threeSteps { try log.append(line) }
        }
        let log = try MetricsLog(path: path, keepingThrough: step)
        #expect(log.kept == Array(threeSteps.prefix(step)))
        var next = threeSteps[0]
        next.step = step + 1
        try log.append(next)
        try log.synchronize()
        #expect(
            try readJSONLines(MetricsLine.self, at: path).map(\.record) == threeSteps.prefix(step) + [next])
        #expect(folder.contents == ["metrics.jsonl"])
    }

    @Test(arguments: [1, 20, third.utf8.count - 1]) func aTornLineIsDropped(length: Int) throws {
        try write(Self.first + "\n" + Self.third.prefix(length))
        #expect(try MetricsLog(path: path, keepingThrough: 3).kept == [threeSteps[0]])
        #expect(try read() == Self.first + "\n")
    }

    @Test func bytesThatAFailingDiskLeftAreDropped() throws {
        try write(Self.first + "\n" + String(repeating: "\0", count: 200))
        #expect(try MetricsLog(path: path, keepingThrough: 3).kept == [threeSteps[0]])
    }

    @Test func aLineWithoutItsBreakIsKept() throws {
        try write(Self.first + "\n" + Self.third)
        let log = try MetricsLog(path: path, keepingThrough: 5)
        #expect(log.kept == [threeSteps[0], threeSteps[2]])
        try log.append(MetricsLine(step: 4, loss: 1, gradNorm: 1, learningRate: 1, tokens: 1, seconds: 1))
        #expect(try readJSONLines(MetricsLine.self, at: path).count == 3)
    }

    @Test(arguments: [
        (#"{"step":2,"loss":"low"}"#, #""loss" is not a number"#),
        (#"{"step":2}"#, #"the record has no "loss""#),
        (first, "expected a step after 1, found step 1"),
    ]) func aBadLineInTheMiddleIsNamed(line: String, reason: String) throws {
        let text = [Self.first, line, Self.third, ""].joined(separator: "\n")
        try write(text)
        let error = #expect(throws: RecordError.self) { try MetricsLog(path: path, keepingThrough: 3) }
        #expect(
            error.map { "\($0)".hasPrefix("\(path), line 2: \(reason)") } == true,
            "\(String(describing: error))")
        #expect(try read() == text)
    }

    @Test func aNumberThatIsNotFiniteIsRefusedWhole() throws {
        let log = try MetricsLog(path: path)
        try log.append(threeSteps[0])
        var line = threeSteps[1]
        line.loss = .nan
        #expect(throws: RecordError.self) { try log.append(line) }
        #expect(try read() == Self.first + "\n")
    }

    @Test func aFolderThatIsMissingIsSaid() {
        #expect(throws: RecordError.self) { try MetricsLog(path: folder.file("none/metrics.jsonl")) }
    }
}
