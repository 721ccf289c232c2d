import Evaluation
public import Teachers

/// Something a teacher wrote that was not used, and why.
public struct RejectedProblem: Sendable, Hashable, Encodable {
    /// The pair it was made for.
    public let queryID, fact: String
    /// Why it was not used.
    public let reason: String
    /// What it was.
    public let text: String

    private enum CodingKeys: String, CodingKey {
        case fact, reason, text
        case queryID = "query_id"
    }
}

/// What a synthesis made.
public struct Synthesis: Sendable {
    /// The examples, in the order of the pairs.
    public var examples: [RepairExample] = []
    /// What was written and not used.
    public var rejects: [RejectedProblem] = []

    /// Nothing yet.
    public init() {}
}

/// Has a teacher write problems for pairs, and keeps those that are sound: a list that can be read, problems that are
/// neither empty nor the query again, answers that the teacher finds again without seeing them, and no two for one fact
/// that are nearly alike.
///
/// - Parameters:
///   - pairs: a fact and a query each.
///   - counts: how many problems to ask for, for each pair: [pair]; 0 for none.
///   - teacher: the model that writes them.
///   - checksAnswers: whether each problem is put to the teacher again.
///   - parallel: pairs that are worked on at a time.
///   - seed: random seed in the requests.
///   - progress: sees each finished pair.
/// - Source: after Xiong et al. (LaMer), section 3.3; the prompts are ours.
nonisolated(nonsending) public func synthesize(
    _ pairs: [DiagnosisLine], counts: [Int], teacher: any Teacher, checksAnswers: Bool = true, parallel: Int,
    seed: Int, progress: (_ pairs: Int) -> Void = { _ in }
) async throws(TeacherError) -> Synthesis {
    let wanted = pairs.indices.filter { counts[$0] > 0 }
    let written = try await inParallel(wanted, atMost: parallel, progress: progress) {
        place throws(TeacherError) in
        try await problems(
            for: pairs[place], count: counts[place], teacher, checksAnswers, number: place, seed: seed)
    }
    return distinct(written)
}

private func problems(
    for pair: DiagnosisLine, count: Int, _ teacher: any Teacher, _ checksAnswers: Bool, number: Int, seed: Int
) async throws(TeacherError) -> Synthesis {
    var made = Synthesis()
    func reject(_ reason: String, _ text: String) {
        made.rejects.append(
            RejectedProblem(queryID: pair.queryID, fact: pair.fact, reason: reason, text: text))
    }
    let reply = try await teacher.reply(to: writingRequest(pair, count: count, seed: seed))
    guard let found = LaMerCurriculum.problems(in: reply) else {
        let isSilent = withoutThinking(reply).allSatisfy(\.isWhitespace)
        reject(
            isSilent ? "the reply has no text, only thoughts or nothing" : "the reply is no list of problems",
            reply)
        return made
    }
    for problem in found {
        if let fault = fault(of: problem, for: pair) {
            reject(fault, problem.problem)
            continue
        }
        if made.examples.count == count {
            reject("more than were asked for", problem.problem)
            continue
        }
        if checksAnswers {
            let again = finalAnswer(try await teacher.reply(to: checkingRequest(problem.problem, seed: seed)))
            guard agree(again, problem.answer) else {
                reject(
                    "asked again, the teacher answers \"\(again)\" and not \"\(problem.answer)\"",
                    problem.problem)
                continue
            }
        }
        made.examples.append(
            RepairExample(
                pair, (problem.problem, problem.completion), id: "\(number + 1)-\(made.examples.count + 1)",
                source: teacher.name))
    }
    return made
}

/// Leaves out what nearly repeats an earlier example for the same fact.
private func distinct(_ written: [Synthesis]) -> Synthesis {
    var kept = Synthesis()
    var promptsOfFact: [String: [String]] = [:]
    for part in written {
        kept.rejects += part.rejects
        for example in part.examples {
            let fact = plainWords(example.fact)
            if promptsOfFact[fact, default: []].contains(where: {
                overlap(of: example.prompt, with: $0) >= 0.6
            }) {
                kept.rejects.append(
                    RejectedProblem(
                        queryID: example.queryID, fact: example.fact, reason: "it repeats an earlier example",
                        text: example.prompt))
            } else {
                promptsOfFact[fact, default: []].append(example.prompt)
                kept.examples.append(example)
            }
        }
    }
    return kept
}
