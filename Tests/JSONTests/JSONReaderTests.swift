import Foundation
import JSON
import TestSupport
import Testing

@Suite struct JSONReaderTests {
    /// What `notebooks-data/reference/make_json.py` stored.
    struct Case: Decodable {
        let text: String
        let plain: String?
        let ascii: String?
        let indented: String?
    }

    /// A text that Python reads is read, one that it refuses is refused, and the value is written as Python writes it.
    @Test func agreesWithPython() throws {
        let data = try Data(contentsOf: URL(filePath: fixture("python.json", of: "JSONTests")))
        let cases = try JSONDecoder().decode([Case].self, from: data)
        #expect(cases.count >= 80)
        var (ascii, indented) = (JSONWriter.Style.python, JSONWriter.Style.python)
        ascii.isASCII = true
        (indented.indent, indented.itemSeparator) = ("  ", ",")
        for item in cases {
            let value = try? JSONValue(parsing: Array(item.text.utf8)[...], .python)
            #expect(value?.json(.python) == item.plain, "\(item.text)")
            #expect(value?.json(ascii) == item.ascii, "\(item.text)")
            #expect(value?.json(indented) == item.indented, "\(item.text)")
        }
    }

    private func failure(_ text: String, _ dialect: JSONDialect = .strict) -> JSONError? {
        do throws(JSONError) {
            _ = try JSONValue(parsing: Array(text.utf8)[...], dialect)
            return nil
        } catch { return error }
    }

    static let notStrict = [
        ("{\"a\": 1, \"a\": 2}", "the key \"a\" stands twice in an object"), ("NaN", "expected a value"),
        ("[-Infinity]", "expected a value"), ("\"\\ud800\"", "a string holds half a surrogate pair"),
        ("\"\\ud800\\u0041\"", "a string holds half a surrogate pair"),
        ("\"\\udc00\"", "a string holds half a surrogate pair"),
    ]

    @Test(arguments: notStrict)
    func theStrictDialectIsTheStandard(text: String, reason: String) {
        #expect(failure(text)?.reason == reason)
        #expect(failure(text, .python) == nil)
    }

    @Test(arguments: [(JSONDialect.strict, 64), (.python, 500)])
    func depthIsBounded(dialect: JSONDialect, deepest: Int) {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            func nested(_ depth: Int) -> String {
                String(repeating: open, count: depth) + "0" + String(repeating: close, count: depth)
            }
            #expect(failure(nested(deepest), dialect) == nil)
            #expect(
                failure(nested(deepest + 1), dialect)?.reason.contains("nested more than \(deepest) deep")
                    == true)
            #expect(failure(String(repeating: open, count: 100_000), dialect) != nil)
        }
    }

    @Test func saysWhereItStopped() {
        let error = failure("[1,\n2,\n x]")
        #expect(error?.reason == "expected a value" && error?.position == 8 && error?.line == 3)
        #expect(failure("[1 2]")?.reason == "expected ',' or ']'")
        #expect(failure("[\"a")?.reason == "the text ends inside a string")
    }

    @Test func bytesThatAreNotUTF8AreRefused() throws {
        let bytes: [UInt8] = [0x22, 0xC3, 0x28, 0x22]
        #expect(throws: JSONError.self) { try JSONValue(parsing: bytes[...]) }
    }

    @Test func keepsTheOrderOfMembersAndTheLastOfEqualKeys() throws {
        let keys = (0..<40).map { "k\($0 % 30)" }
        let text = "{" + keys.enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ",") + "}"
        var reader = JSONReader(Array(text.utf8), .python)
        let members = try reader.value().members ?? []
        #expect(members.map(\.key) == (0..<30).map { "k\($0)" })
        #expect(members.map(\.value) == (0..<30).map { .int($0 < 10 ? $0 + 30 : $0) })
        #expect(reader.repeatedKeys == Set((0..<10).map { "k\($0)" }))
    }

    @Test func saysWhereHalfCharactersAre() throws {
        var reader = JSONReader(Array(#"{"a": ["x", {"b": "\ud800"}]}"#.utf8), .python)
        #expect(try reader.value() == ["a": ["x", ["b": "\u{FFFD}"]]])
        #expect(reader.halfCharacters == ["a.1.b"])
    }

    @Test func readsWithoutATree() throws {
        var reader = JSONReader(Array(#" {"x": ["\u0041b", "c"], "n": [3, 0], "y": {"z": [1]}} "#.utf8))
        var (bytes, numbers): ([UInt8], [Int]) = ([], [])
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "x": try reader.array { (reader) throws(JSONError) in try reader.appendString(to: &bytes) }
            case "n":
                try reader.array { (reader) throws(JSONError) in numbers.append(try reader.wholeNumber()) }
            default: try reader.skipValue()
            }
        }
        try reader.end()
        #expect(bytes == Array("Abc".utf8) && numbers == [3, 0])
    }

    @Test(arguments: [
        ("-1", "expected a whole number"), ("01", "expected a whole number"),
        ("9223372036854775808", "large"),
    ])
    func wholeNumbersAreWhole(text: String, reason: String) {
        var reader = JSONReader(Array(text.utf8))
        let error = #expect(throws: JSONError.self) { try reader.wholeNumber() }
        #expect(error?.reason.contains(reason) == true)
    }
}
