import ArgumentParser
import Evaluation
import Examples
import Records
import Transformers

extension DataOptions {
    /// The multiple-choice questions of the file as tokens; what was left out or cut is said.
    func questions(_ model: OpenModel, _ options: RunOptions) throws -> [EncodedQuestion] {
        let file = try readChoices(at: data, reading.reading)
        let (records, bad) = (file.records, file.rejects)
        reading.say(file.notes, bad, options)
        let (questions, rejects): ([EncodedQuestion], [RejectedExample])
        do throws(ExampleError) {
            (questions, rejects) = try encode(
                records, with: model.tokenizer, contextLength: model.decoder.contextLength,
                vocabulary: model.decoder.vocabulary, reading.encoding(options))
        } catch {
            throw UnusableData(description: "\(data), \(error)")
        }
        for reject in rejects { standardError("left out: \(data), \(reject)") }
        for question in questions { sayCut(question.cut, line: question.line, id: question.id, model) }
        try requireSome(questions.count, rejects.first)
        if let note = reading.mergedNote(questions.count(where: \.isMerged), of: data) {
            options.remark(note)
        }
        let counts = questions.map(\.options.count)
        let (few, many) = (counts.min() ?? 0, counts.max() ?? 0)
        options.remark(
            "\(data): \(questions.count) multiple-choice questions of \(few == many ? "\(few)" : "\(few) to \(many)") "
                + "options; left out \(rejects.count + bad.count)")
        return questions
    }

    /// The questions of the file whose references hold an answer, and where in a text answers are; what was decided
    /// and what was left out is said.
    func answerable(
        _ model: OpenModel, _ options: RunOptions, extraction wanted: AnswerExtraction?, maxTokens: Int
    ) throws -> (questions: [AnswerableQuestion], AnswerExtraction) {
        let contextLength = model.decoder.contextLength
        guard maxTokens < contextLength else {
            throw ValidationError(
                "--max-tokens is \(maxTokens), but must be less than the model's context of \(contextLength)."
            )
        }
        let file = try readExamples(at: data, reading.reading)
        let (records, bad) = (file.records, file.rejects)
        reading.say(file.notes, bad, options)
        let (prompts, rejects): ([AnswerPrompt], [RejectedExample])
        do throws(ExampleError) {
            (prompts, rejects) = try answerPrompts(
                of: records, with: model.tokenizer, contextLength: contextLength,
                vocabulary: model.decoder.vocabulary, room: maxTokens, reading.encoding(options))
        } catch {
            throw UnusableData(description: "\(data), \(error)")
        }
        for reject in rejects { standardError("left out: \(data), \(reject)") }
        for prompt in prompts { sayCut(prompt.cut, line: prompt.line, id: prompt.id, model) }
        try requireSome(prompts.count, rejects.first)
        if let note = reading.mergedNote(prompts.count(where: \.isMerged), of: data) { options.remark(note) }
        let extraction = wanted ?? (prompts.allSatisfy { $0.reference.contains("####") } ? .hash : .whole)
        var questions: [AnswerableQuestion] = []
        for prompt in prompts {
            if let question = AnswerableQuestion(prompt, extraction) {
                questions.append(question)
                continue
            }
            let reason =
                "\(data), line \(prompt.line) (id \(prompt.id)): its reference has no answer for "
                + "--extract \(extraction.name)"
            guard reading.skipBadLines else {
                throw UnusableData(description: reason + "; give another one, or --skip-bad-lines.")
            }
            standardError("skipped: \(reason).")
        }
        try requireSome(questions.count, nil)
        options.remark(
            "\(data): \(questions.count) questions, answered greedily in at most \(maxTokens) tokens, compared by "
                + "--extract \(extraction.name); left out \(rejects.count + bad.count + prompts.count - questions.count)"
        )
        return (questions, extraction)
    }

    private func sayCut(_ cut: Int, line: Int, id: String, _ model: OpenModel) {
        guard cut > 0 else { return }
        standardError(
            "cut: \(data), line \(line) (id \(id)): with its answer it is longer than the model's context of "
                + "\(model.decoder.contextLength); \(cut) tokens were cut from the left of its prompt.")
    }

    private func requireSome(_ count: Int, _ reject: RejectedExample?) throws {
        guard count == 0 else { return }
        throw UnusableData(
            description: "\(data) holds no question that can be used\(reject.map { ": \($0)" } ?? ".")")
    }
}
