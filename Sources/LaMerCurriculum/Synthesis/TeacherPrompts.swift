import Foundation
import Records
import Teachers

/// What a teacher is asked to write for a pair.
func writingRequest(_ pair: DiagnosisLine, count: Int, seed: Int) -> TeacherRequest {
    let problems = count == 1 ? "1 problem" : "\(count) problems in clearly different situations"
    let text = """
        Here is a general fact, and a question in which it matters.

        Fact: \(pair.fact)
        Question: \(pair.query)

        Write \(problems) that cannot be solved without knowing this fact. Each must stand on its own, must not be the \
        question above in other words, and must never mention that a fact was given. Solve each in one to three short \
        sentences and give a final answer of a few words.

        Reply with a JSON list and nothing else:
        [{"problem": "…", "working": "…", "answer": "…"}]
        """
    return TeacherRequest(
        [Message(role: "user", content: text)], temperature: 0.7, maxTokens: 300 * count + 100, seed: seed)
}

/// A problem of the teacher's, put to it again without its answer.
func checkingRequest(_ problem: String, seed: Int) -> TeacherRequest {
    let text =
        "\(problem)\n\nThink in a few short sentences, then give the final answer alone on a last line that begins with "
        + "\"Answer:\"."
    return TeacherRequest([Message(role: "user", content: text)], temperature: 0, maxTokens: 300, seed: seed)
}

/// A problem as a teacher writes it.
struct TaughtProblem: Decodable, Equatable {
    let problem: String
    let working: String?
    let answer: String

    private enum Key: String, CodingKey { case problem, working, answer }

    init(from decoder: any Decoder) throws {
        let record = try decoder.container(keyedBy: Key.self)
        problem = try record.decode(String.self, forKey: .problem)
        working = try record.decodeIfPresent(String.self, forKey: .working)
        if let text = try? record.decode(String.self, forKey: .answer) {
            answer = text
        } else if let whole = try? record.decode(Int.self, forKey: .answer) {
            answer = "\(whole)"
        } else {
            answer = "\(try record.decode(Double.self, forKey: .answer))"
        }
    }

    var completion: String { working.map { "\($0)\nAnswer: \(answer)" } ?? "Answer: \(answer)" }
}

/// The problems of a reply; nil where it holds no list of such.
func problems(in reply: String) -> [TaughtProblem]? {
    firstJSONList(of: TaughtProblem.self, in: withoutThinking(reply))
}

/// What a reply gives as its answer: what follows the last "Answer:", else its last line.
func finalAnswer(_ reply: String) -> String {
    let reply = withoutThinking(reply)
    if let mark = reply.ranges(of: "Answer:").last {
        return reply[mark.upperBound...].trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return String(reply.split(whereSeparator: \.isNewline).last ?? "")
}
