import Foundation
import PostgreSQL
import Records
import TestSupport
import Testing

@testable import Knowledge

/// Words with signs inside, and languages without spaces.
@Suite struct SearchWordsTests {
    static let facts = [
        "Light travels about 300,000 km per second.", "Newton's second law relates force and acceleration.",
        "The rock'n'roll era began in 1955.", "Pi is about 3.14.", "L'Hôpital's rule treats limits.",
        "O'Hare is an airport.", "Dogs are loyal animals.", "盐会降低冰的熔点。", "巴黎是法国的首都。", "水在零度结冰。",
        "フランスの首都はパリです。", "氷は塩で溶けます。", "소금은 얼음의 녹는점을 낮춘다.", "น้ำแข็งละลายด้วยเกลือ",
        "नमक बर्फ को पिघलाता है।",
    ]
    /// What is asked, and the fact that is found first.
    static let asked = [
        ("300,000", 0), ("rock'n'roll", 2), ("ROCK'N'ROLL?", 2), ("3.14", 3), ("L'Hôpital", 4),
        ("l'hopital", 4),
        ("O'Hare", 5), ("O’Hare", 5), ("法国的首都", 8), ("法国首都是哪里？", 8), ("熔点", 7), ("盐", 7), ("フランスの首都", 10),
        ("パリ", 10), ("塩で溶ける", 11), ("녹는점", 12), ("เกลือ", 13), ("नमक", 14), ("Newton's law", 1),
    ]

    @Test func wordsAreThoseOfTheIndex() {
        #expect(searchWords("300,000 km/s", ofFact: true) == ["300", "000", "km", "s"])
        #expect(searchWords("L'Hôpital's", ofFact: false) == ["l", "hôpital", "s"])
        #expect(searchWords("法国的", ofFact: false) == ["法国", "国的"])
        #expect(searchWords("法国", ofFact: true) == ["法国", "法", "国"])
        #expect(searchWords("GPU在2020年", ofFact: false) == ["gpu", "在", "2020", "年"])
        #expect(searchWords("法国", ofFact: true, splittingRuns: false) == ["法国"])
        #expect(searchWords("…!?", ofFact: true).isEmpty && spaced("no script but Latin, é") == nil)
        #expect(phrases("What is 3.14 of O'Hare?") == ["3 14", "o hare"])
    }

    private func build(_ path: String) throws {
        let builder = try KnowledgeBuilder(path: path, inputs: "test", minimumConfidence: nil) { () in
            Self.facts.map { StatedFact(text: $0, confidence: nil) }
        }
        try builder.finish()
    }

    private func check(_ path: String, _ asked: [(String, Int)]) throws {
        let index = try KnowledgeIndex(path: path)
        for (query, place) in asked {
            let found = try index.search(query, vector: nil, count: 3)
            #expect(found.first?.text == Self.facts[place], "\(query): \(found.map(\.text))")
        }
        #expect(try index.search("…", vector: nil, count: 3).isEmpty)
    }

    @Test func aFileFindsThem() throws {
        let folder = try TemporaryFolder()
        try build(folder.file("facts.db"))
        try check(folder.file("facts.db"), Self.asked)
    }

    /// An index of the time before pairs of letters: opened, and words with signs found all the same.
    @Test func anOlderFileIsStillSearched() throws {
        let path = fixture("older-facts.db", of: "KnowledgeTests")
        let index = try KnowledgeIndex(path: path)
        #expect(index.count == 5)
        for (query, place) in Self.asked where place < 5 {
            #expect(
                try index.search(query, vector: nil, count: 3).first?.text == Self.facts[place], "\(query)")
        }
        #expect(try index.search("法国的首都", vector: nil, count: 3).isEmpty)
    }

    @Test(
        .enabled(
            if: PostgreSQLInstallation.any != nil, Comment(rawValue: PostgreSQLInstallation.whySkipped)))
    func aServerFindsThem() throws {
        let server = try PostgreSQLServer(try #require(PostgreSQLInstallation.any))
        try build(server.address())
        // The server does not take off diacritics.
        try check(server.address(), Self.asked.filter { $0.0 != "l'hopital" })
    }
}
