import Foundation
import HeadActivation
import TestSupport
import Testing
import Training

@testable import Runs

@Suite struct HeadImagesTests {
    @Test(arguments: [(1, 1), (6, 1), (100, 1), (150, 1), (1000, 1), (1000, 7), (12345, 10)])
    func atMostAHundredStepsAreDrawn(_ steps: Int, _ every: Int) {
        let maps = HeadImages(task: "t", steps: steps, every: every)
        let recorded = stride(from: every, through: steps, by: every)
        let drawn = recorded.filter(maps.isDue)
        #expect(drawn.count <= 101 && drawn.count >= min(50, recorded.underestimatedCount))
        #expect(drawn.first == every && drawn.last == steps / every * every)
        #expect((1...steps).allSatisfy { !maps.isDue($0) || $0 % every == 0 })
        #expect(!HeadImages(task: "t", steps: steps, every: 0).isDue(1))
    }

    @Test func coloursMeanTheSameInAllSteps() throws {
        var telemetry = Telemetry(layers: 1, heads: 2)
        for (step, scores) in [(1, [3, 1]), (2, [1, 3]), (3, [3, 1])] as [(Int, [Float])] {
            telemetry.add(step: step, id: "e", loss: 1, signed: scores)
        }
        let maps = HeadImages(task: "sums", steps: 3, every: 1)
        let images = (1...3).map { maps.images(of: $0, in: telemetry) }
        #expect(images[0].map(\.tag) == ["heads/sums/activation", "heads/sums/signed"])
        #expect(images[0] == images[2] && images[0] != images[1])
        #expect(images.allSatisfy { $0.allSatisfy { $0.width == 128 && $0.height == 64 } })
        #expect(maps.images(of: 4, in: telemetry).isEmpty)
        #expect(maps.images(of: 1, in: Telemetry(layers: 1, heads: 2)).isEmpty)
    }

    @Test func statesOfARunAreAtMostFifty() throws {
        var telemetry = Telemetry(layers: 1, heads: 2)
        for step in 1...203 {
            for example in 0..<2 {
                telemetry.add(step: step, id: "e\(example)", loss: 1, signed: [Float(step), Float(example)])
            }
        }
        let folder = try TemporaryFolder()
        let file = PatternFile(folder.file("p.h5"))
        #expect(try RunTelemetry(in: file) == nil)
        try file.write(telemetry, task: "sums")
        let recorded = try #require(try RunTelemetry(in: file))
        let states = recorded.states
        #expect(states.name == "sums: training steps" && states.states.count == 50)
        #expect(states.states.first?.name == "step 1" && states.states.last?.name == "step 203")
        #expect(states.states.last?.pattern.activation == [203, 0.5])
        #expect(recorded.telemetry == telemetry)
    }

    @Test func telemetryIsWrittenNowAndThen() {
        var pace = TelemetryPace()
        #expect(pace.isDue)
        pace.note(since: .now)
        #expect(!pace.isDue)
    }
}
