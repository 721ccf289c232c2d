import Foundation
import Testing

@testable import Tokenization

/// Files of strangers that would take all time or memory, or whose expressions give up.
@Suite struct BoundTests {
    /// The fault of a body, which no other test sees.
    private func fault(_ body: () throws -> Void) rethrows -> String? {
        try TokenizerFault.$noted.withValue(TokenizerFault.Note()) {
            try body()
            return TokenizerFault.first?.description
        }
    }

    @Test func anExpressionThatGivesUpIsAFault() throws {
        let pattern = try TextPattern(expression: "(?:a|b)+", component: "pre-tokenizer", source: "x")
        let short = [UInt8](String(repeating: "ab", count: 1000).utf8)
        let none = fault { #expect(pattern.matches(in: short.span, 0..<short.count) == [0..<2000]) }
        #expect(none == nil)
        let long = [UInt8](String(repeating: "ab", count: 1_000_000).utf8)
        let found = fault { _ = pattern.matches(in: long.span, 0..<long.count) }
        #expect(found?.contains("gives up") == true)
    }

    @Test func anExpressionHasATime() throws {
        let pattern = try TextPattern(expression: "(a|aa)+$", component: "pre-tokenizer", source: "x")
        let text = [UInt8]((String(repeating: "a", count: 60) + "b").utf8)
        var time = Duration.zero
        let found = fault {
            time = ContinuousClock().measure { _ = pattern.matches(in: text.span, 0..<text.count) }
        }
        #expect(time < .seconds(20))
        #expect(found?.contains("takes more than") == true)
    }

    @Test func aTextGrowsWithinBounds() {
        let doubling = Normalizer(
            steps: (0..<40).map { _ in .replace(.literal([0x61]), with: [0x61, 0x61]) })
        let found = fault { #expect(doubling.normalized("a").count <= longestText(from: 1)) }
        #expect(found?.contains("makes more than") == true)
        let large = Normalizer(
            steps: [.replace(.literal([0x61]), with: [UInt8](repeating: 0x62, count: 1 << 20))])
        let second = fault {
            #expect(large.normalized(String(repeating: "a", count: 100_000)).count == 100_000)
        }
        #expect(second != nil)
    }

    /// A decoder's steps run over each token of a vocabulary when a tokenizer is read.
    @Test func aTokenStaysShort() {
        let large = TokenDecoder(
            steps: [.replace(.literal([0x65]), with: [UInt8](repeating: 0x62, count: 1 << 20))])
        let found = fault { #expect(large.bytes(of: [0x65]).isEmpty) }
        #expect(found?.contains("bytes of a token") == true)
        let doubling = TokenDecoder(
            steps: (0..<40).map { _ in .replace(.literal([0x61]), with: [0x61, 0x61]) })
        #expect(fault { _ = doubling.bytes(of: [0x61]) } != nil)
    }

    @Test func aTemplateHasABound() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "template-\(UUID().uuidString)")
        try Data(count: 2 << 20).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        #expect { try readBytes(path.path, atMost: 1 << 20) } throws: { "\($0)".contains("it has more than") }
    }

    /// A fault of one task ends the expressions of no other.
    @Test func aFaultStaysWhereItIs() throws {
        let pattern = try TextPattern(expression: "b+", component: "pre-tokenizer", source: "x")
        let text = [UInt8]("abba".utf8)
        let found = fault {
            TokenizerFault.note("decoder", "fails")
            #expect(pattern.matches(in: text.span, 0..<text.count) == [])
        }
        #expect(found?.contains("decoder fails") == true)
        #expect(pattern.matches(in: text.span, 0..<text.count) == [1..<3])
    }

    /// The same pieces as by looking on from every place, and in time that grows with the text alone.
    @Test func longAddedTokensAreFoundInLinearTime() throws {
        func token(_ id: Int32, _ content: String) -> AddedToken {
            AddedToken(
                id: id, content: content, special: false, leftSpace: false, rightSpace: false,
                singleWord: false, normalized: false)
        }
        let a = String(repeating: "a", count: 100_000)
        let search = AddedTokenSearch([token(1, a + "b"), token(2, "aaa"), token(3, "ca")])
        let text = [UInt8](("c" + a + "c" + a + "b").utf8)
        var pieces: [AddedTokenSearch.Piece] = []
        let time = ContinuousClock().measure { pieces = search.pieces(of: text.span, 0..<text.count) }
        #expect(time < .seconds(5))
        #expect(
            pieces.first?.token == 3 && pieces.last?.token == nil && pieces.count { $0.token == 2 } == 66_666)
        let strings = ["he", "she", "hers", "h", "xx"].map { [UInt8]($0.utf8) }
        let words = [UInt8]("ushershexxx".utf8)
        let found = LongestTokens(strings).beginning(in: words.span, 0..<words.count)
        #expect(found == [-1, 1, 2, -1, -1, 1, 0, -1, 4, 4, -1])
    }
}
