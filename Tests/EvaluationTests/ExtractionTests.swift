import Evaluation
import Testing

/// Answers in texts.
@Suite struct ExtractionTests {
    @Test(arguments: [
        ("42", "42"), ("1,234", "1234"), ("$1,234.50", "1234.5"), ("-$5", "-5"), ("$-5.00", "-5"),
        ("50%", "50"),
        ("50 %.", "50"), ("42.", "42"), ("007", "7"), ("0.50", "0.5"), (".5", "0.5"), ("5.", "5"),
        ("+3", "3"),
        ("−2", "-2"), ("-0.0", "0"), ("0", "0"), ("12345678901234567890123", "12345678901234567890123"),
    ])
    func oneWayToWriteANumber(text: String, plain: String) {
        #expect(plainNumber(text) == plain)
    }

    @Test(arguments: [
        "", ".", "-", "$", "%", "1,23", "1,2345", "1.2.3", "12 13", "a1", "1e5", "1/2", "--1", "٤٢",
        "1,234,56",
    ])
    func noNumber(text: String) {
        #expect(plainNumber(text) == nil)
    }

    @Test(arguments: [
        ("It costs $3 and then 1,250.00 dollars.", "1250"), ("7 - 12 = -5", "-5"), ("7-12", "12"),
        ("x=-3", "-3"),
        ("(2)-3", "3"), ("3, 4,5", "5"), ("1,234,567.", "1234567"), ("no. 5, .25", "0.25"), ("A-5", "5"),
        ("18.0", "18"), ("**72**", "72"), ("12,3456", "3456"), ("75% of it", "75"), ("\\boxed{1\\,000}", "0"),
        ("--7", "-7"), ("$-7.00", "-7"),
    ])
    func theLastNumber(text: String, answer: String) {
        #expect(AnswerExtraction.lastNumber.answer(in: text) == answer)
    }

    @Test(arguments: [
        ("so 6*7=42\n#### 42", "42"), ("#### $1,000.00\nQuestion: 5\n#### 7", "1000"),
        ("####-3 dollars", "-3"),
        ("#### blue  \nred", "blue"), ("####\t18.", "18"), ("##### 5", "# 5"),
    ])
    func afterTheHashes(text: String, answer: String) {
        #expect(AnswerExtraction.hash.answer(in: text) == answer)
    }

    @Test func nothingToFind() {
        #expect(AnswerExtraction.hash.answer(in: "42") == nil)
        #expect(AnswerExtraction.hash.answer(in: "####\n42") == nil)
        #expect(AnswerExtraction.lastNumber.answer(in: "none, really.") == nil)
        #expect(AnswerExtraction.whole.answer(in: " \n") == nil)
    }

    @Test func patternsAndWholeTexts() throws {
        let grouped = AnswerExtraction.pattern(try AnswerPattern(#"answer is \(?([A-D])\)?"#))
        #expect(grouped.answer(in: "The answer is (B). Or the answer is C.") == "B")
        #expect(grouped.answer(in: "B") == nil)
        let plain = AnswerExtraction.pattern(try AnswerPattern(#"\$[0-9,.]+"#))
        #expect(plain.answer(in: "about $1,200.") == "1200")
        let optional = AnswerExtraction.pattern(try AnswerPattern("yes(!)?"))
        #expect(optional.answer(in: "yes") == nil)
        #expect(AnswerExtraction.whole.answer(in: "\n Paris \n") == "Paris")
        #expect(AnswerExtraction.whole.answer(in: " $12.00\n") == "12")
        #expect(throws: (any Error).self) { try AnswerPattern("(") }
    }
}
