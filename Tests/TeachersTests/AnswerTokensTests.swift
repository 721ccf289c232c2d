import Foundation
import Testing

@testable import Teachers

/// What could have been said instead, in the forms in which servers write it.
@Suite struct AnswerTokensTests {
    private func alternatives(_ logprobs: String, in reply: String) throws -> [String: Double]? {
        try JSONDecoder().decode(AnswerTokens.self, from: Data(logprobs.utf8)).alternatives(in: reply)
    }

    /// As in OpenAI's reference of chat completions.
    @Test func aChatListsObjects() throws {
        let chat = #"""
            {"content": [
              {"token": "<think>", "logprob": 0, "bytes": [60], "top_logprobs": []},
              {"token": "no", "logprob": -0.1, "bytes": null, "top_logprobs": [{"token": "no", "logprob": -0.1}]},
              {"token": "</think>", "logprob": 0, "top_logprobs": []},
              {"token": "\n**", "logprob": -0.2, "top_logprobs": [{"token": "Yes", "logprob": -3}]},
              {"token": "Yes", "logprob": -0.25, "top_logprobs": [
                {"token": "Yes", "logprob": -0.25, "bytes": [89, 101, 115]}, {"token": "No", "logprob": -1.75, "bytes": null}]},
              {"token": "**", "logprob": -0.1, "top_logprobs": []}, {"token": "<|im_end|>", "logprob": 0}],
             "refusal": null}
            """#
        #expect(
            try alternatives(chat, in: "<think>no</think>\n**Yes**") == ["Yes": -0.25, "No": -1.75])
        #expect(try alternatives(chat, in: "Maybe") == nil)
        #expect(try alternatives(chat, in: "") == nil)
        #expect(try alternatives(#"{"content": []}"#, in: "Yes") == nil)
    }

    /// As in OpenAI's reference of text completions; the first token of an echo has no log-probability.
    @Test func aTextListsSideBySide() throws {
        let text = #"""
            {"tokens": ["\n", " yes", "."], "token_logprobs": [null, -0.5, -0.1], "text_offset": [0, 1, 5],
             "top_logprobs": [null, {" yes": -0.5, " no": -1.0}, {".": -0.1}]}
            """#
        #expect(try alternatives(text, in: "\n yes.") == [" yes": -0.5, " no": -1.0])
        let own = #"{"tokens": ["No"], "token_logprobs": [-0.5], "top_logprobs": null}"#
        #expect(try alternatives(own, in: "No") == ["No": -0.5])
    }

    @Test(arguments: [#"{}"#, #"{"content": null}"#, #"{"tokens": [1]}"#, "[]"])
    func whatIsNeitherIsNoAnswer(_ logprobs: String) {
        #expect(throws: (any Error).self) { try alternatives(logprobs, in: "Yes") }
    }
}
