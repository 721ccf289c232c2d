import Foundation
import LaMerCurriculum
import Records
import TestSupport
import Testing

@Suite struct CurriculumTests {
    private let difficulties = [0.5, 0.1, 1.2, 0.39, 0.72, 0.1, 3, 0.41]

    private let bands = [2, 1, 4, 1, 3, 1, 4, 2]

    @Test func ordersAreWhatTheyAreCalled() {
        #expect(
            CurriculumOrder.ascending.places(difficulties, bands: bands, seed: 0) == [1, 5, 3, 7, 0, 4, 2, 6])
        #expect(
            CurriculumOrder.descending.places(difficulties, bands: bands, seed: 0) == [
                6, 2, 4, 0, 7, 3, 1, 5,
            ])
        let stages = CurriculumOrder.stages.places(difficulties, bands: bands, seed: 1)
        #expect(stages.map { bands[$0] } == [1, 1, 1, 2, 2, 3, 4, 4])
        // The bands are the diagnosis's own, whatever the relative entropies are.
        let reversed = bands.map { 5 - $0 }
        let turned = CurriculumOrder.stages.places(difficulties, bands: reversed, seed: 1)
        #expect(turned.map { reversed[$0] } == reversed.sorted())
    }

    @Test(arguments: CurriculumOrder.allCases)
    func everyExampleComesOnce(_ order: CurriculumOrder) {
        let many = (0..<200).map { Double(($0 * 37) % 101) / 50 }
        let bands = many.map { 1 + Int($0) }
        let places = order.places(many, bands: bands, seed: 5)
        #expect(places.sorted() == Array(many.indices))
        #expect(order.places(many, bands: bands, seed: 5) == places)
        #expect(order.places([], bands: [], seed: 0) == [] && order.places([1], bands: [1], seed: 0) == [0])
    }

    /// Early steps see the easiest only, and on the whole the order ascends.
    @Test func competenceGrows() {
        let many = (0..<1000).map(Double.init)
        let places = CurriculumOrder.competence.places(many, bands: many.map { _ in 1 }, seed: 2)
        for (step, place) in places.enumerated() {
            let share = (Double(step) / 999 * 0.99 + 0.01).squareRoot()
            #expect(place < max(step + 1, Int((share * 1000).rounded(.up))))
        }
        let (early, late): (Int, Int) = (places.prefix(100).reduce(0, +), places.suffix(100).reduce(0, +))
        #expect(2 * early < late)
        #expect(places != Array(many.indices))
    }

    @Test func everyShapeIsReadBack() throws {
        let example = RepairExample(
            id: "a", prompt: "Who \"barks\"?\n", completion: "Dogs.", queryID: "q", fact: "Dogs bark.",
            relativeEntropy: 0.5, band: 2, source: "template")
        let folder = try TemporaryFolder()
        for shape in CurriculumShape.allCases {
            let path = folder.file(shape.fileName)
            let writer = try JSONLinesWriter(path: path)
            try writer.write(CurriculumRecord(example, order: 0, shape: shape))
            try writer.finish()
            let read = try readExamples(at: path).examples
            let messages = [
                Message(role: "user", content: example.prompt), Message(role: "assistant", content: "Dogs."),
            ]
            let from = shape == .trl ? 1 : 0
            #expect(read.map(\.content) == [.conversation(messages, supervisedFrom: from)])
            #expect(try String(contentsOfFile: path, encoding: .utf8).contains("\"order\":0"))
            let lines = try readJSONLines(CurriculumRecord.self, at: path).map(\.record)
            #expect(lines.count == 1 && lines[0].shape == shape && lines[0].example.prompt == example.prompt)
            #expect(try jsonLine(lines[0]) + "\n" == String(contentsOfFile: path, encoding: .utf8))
        }
        let line = try jsonLine(example)
        #expect(try JSONDecoder().decode(RepairExample.self, from: Data(line.utf8)) == example)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(datasetInfo.utf8)) }
    }
}
