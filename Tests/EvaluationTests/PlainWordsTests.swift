import Evaluation
import Testing

@Suite struct PlainWordsTests {
    @Test(arguments: [
        ("The Answer.", "answer"), ("  an  apple!", "apple"), ("A", "a"),
        ("It's 1,234.5 km", "its 1234.5 km"),
        ("don't — größer als 1,234.5!", "dont größer als 1234.5"), ("1.5.", "1.5"),
        ("a.b c,d 3,x", "b c d 3 x"),
        ("so 3 + 4 = 7.\n#### 7", "7"), ("-5", "-5"), ("Größe", "größe"), ("A.", "a"), ("?", "?"), ("", ""),
    ])
    func normalizes(_ text: String, _ expected: String) { #expect(normalizedAnswer(text) == expected) }
}
