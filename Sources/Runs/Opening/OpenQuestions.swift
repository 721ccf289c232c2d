public import Evaluation
public import Examples
import Records
import Transformers

extension ReadingPlan {
    /// The multiple-choice questions of the file as tokens; what was left out or cut is said.
    public func questions(
        of data: String, _ model: OpenModel, _ computing: Computing, _ observer: RunObserver = RunObserver()
    ) throws -> [EncodedQuestion] {
        let file = try readChoices(at: data, reading)
        let (questions, rejects) = try encoded(file, of: data, observer) { (records) throws(ExampleError) in
            try Examples.encode(
                records, with: model.tokenizer, contextLength: model.decoder.contextLength,
                vocabulary: model.decoder.vocabulary, encoding(computing))
        }
        for question in questions {
            sayCut(question.cut, line: question.line, id: question.id, of: data, model, observer)
        }
        try requireSome(questions.count, rejects.first, of: data)
        if let note = mergedNote(questions.count(where: \.isMerged), of: data) {
            observer.remark(note)
        }
        let counts = questions.map(\.options.count)
        let (few, many) = (counts.min() ?? 0, counts.max() ?? 0)
        observer.remark(
            "\(data): \(questions.count) multiple-choice questions of \(few == many ? "\(few)" : "\(few) to \(many)") "
                + "options; left out \(rejects.count + file.rejects.count)")
        return questions
    }

    /// The questions of the file whose references hold an answer, and where in a text answers are; what was decided
    /// and what was left out is said.
    public func answerable(
        of data: String, _ model: OpenModel, _ computing: Computing, _ observer: RunObserver = RunObserver(),
        extraction wanted: AnswerExtraction?, maxTokens: Int
    ) throws -> (questions: [AnswerableQuestion], AnswerExtraction) {
        let contextLength = model.decoder.contextLength
        guard maxTokens < contextLength else {
            throw UnusableData(
                description:
                    "Answers of \(maxTokens) tokens are asked for, but the model's context has \(contextLength); ask for "
                    + "fewer.")
        }
        let file = try readExamples(at: data, reading)
        let (prompts, rejects) = try encoded(file, of: data, observer) { (records) throws(ExampleError) in
            try answerPrompts(
                of: records, with: model.tokenizer, contextLength: contextLength,
                vocabulary: model.decoder.vocabulary, room: maxTokens, encoding(computing))
        }
        for prompt in prompts {
            sayCut(prompt.cut, line: prompt.line, id: prompt.id, of: data, model, observer)
        }
        try requireSome(prompts.count, rejects.first, of: data)
        if let note = mergedNote(prompts.count(where: \.isMerged), of: data) { observer.remark(note) }
        let extraction = wanted ?? (prompts.allSatisfy { $0.reference.contains("####") } ? .hash : .whole)
        var questions: [AnswerableQuestion] = []
        for prompt in prompts {
            if let question = AnswerableQuestion(prompt, extraction) {
                questions.append(question)
                continue
            }
            let reason =
                "\(data), line \(prompt.line) (id \(prompt.id)): its reference has no answer by "
                + "the extraction \(extraction.name)"
            guard skipsBadLines else {
                throw UnusableData(description: reason + "; give another one, or let bad lines be skipped.")
            }
            observer.warn("skipped: \(reason).")
        }
        try requireSome(questions.count, nil, of: data)
        observer.remark(
            "\(data): \(questions.count) questions, answered greedily in at most \(maxTokens) tokens, compared by "
                + "the extraction \(extraction.name); left out \(rejects.count + file.rejects.count + prompts.count - questions.count)"
        )
        return (questions, extraction)
    }

    private func sayCut(
        _ cut: Int, line: Int, id: String, of data: String, _ model: OpenModel, _ observer: RunObserver
    ) {
        guard cut > 0 else { return }
        observer.warn(
            "cut: \(data), line \(line) (id \(id)): with its answer it is longer than the model's context of "
                + "\(model.decoder.contextLength); \(cut) tokens were cut from the left of its prompt.")
    }

    private func requireSome(_ count: Int, _ reject: RejectedExample?, of data: String) throws {
        guard count == 0 else { return }
        throw UnusableData(
            description: "\(data) holds no question that can be used\(reject.map { ": \($0)" } ?? ".")")
    }
}
