import JSON
import Testing

@Suite struct JSONWriterTests {
    @Test func linesHaveNoSpaces() {
        let value: JSONValue = [
            "a": [1, 2.5, true, nil], "b": ["c": "\u{C}\u{8}\n\"\\é"], "d": [], "e": [:],
        ]
        #expect(
            value.json() == #"{"a":[1,2.5,true,null],"b":{"c":"\u000c\u0008\n\"\\é"},"d":[],"e":{}}"#)
        #expect(quoted("\u{C}\u{8}") == #""\f\b""#)
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let text = String(String.UnicodeScalarView((0..<0x300).compactMap { Unicode.Scalar($0) })) + "😀"
        for style in [JSONWriter.Style.line, .python] {
            var ascii = style
            ascii.isASCII = true
            for style in [style, ascii] {
                let value: JSONValue = [.string(text), .double(0.1), .int(.min), .double(1e300)]
                #expect(try JSONValue(parsing: Array(value.json(style).utf8)[...]) == value)
            }
        }
    }
}
