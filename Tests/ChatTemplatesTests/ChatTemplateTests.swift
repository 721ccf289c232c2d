import ChatTemplates
import JSON
import Testing

@Suite struct ChatTemplateTests {
    @Test func rendersAsTheReferenceDoes() throws {
        let reference = try Reference.stored
        #expect(reference.cases.count > 300)
        for item in reference.cases {
            guard let text = item.text else { continue }
            switch reference.rendering(of: item) {
            case .success(let rendering):
                #expect(
                    Array(rendering.text.utf8) == Array(text.utf8), "\(item.name)\n\(rendering.text)\n\(text)"
                )
                #expect(
                    rendering.generated.map { [$0.lowerBound, $0.upperBound] } == item.spans, "\(item.name)")
            case .failure(let error): Issue.record("\(item.name): \(error)")
            }
        }
    }

    @Test func failsWhereTheReferenceFails() throws {
        let reference = try Reference.stored
        for item in reference.cases {
            guard let kind = item.error else { continue }
            switch (reference.rendering(of: item), kind) {
            case (.success(let rendering), _):
                Issue.record("\(item.name) gave \(rendering.text), not \(item.said ?? "")")
            case (.failure(.raised(let message)), "raised"): #expect(message == item.said)
            case (.failure(.syntax), "syntax"), (.failure(.unsupported), "syntax"): break
            case (.failure(.failed), "failed"), (.failure(.exceeded), "failed"),
                (.failure(.unsupported), "failed"):
                break
            case (.failure(let error), _):
                Issue.record("\(item.name): \(error) instead of \(kind): \(item.said ?? "")")
            }
        }
    }
}
