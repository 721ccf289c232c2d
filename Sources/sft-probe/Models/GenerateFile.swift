import Examples
import Foundation
import Kernels
import Records
import Runs
import Transformers

/// Completions of the prompts of a file, in a file that grows prompt by prompt.
struct GenerateFile {
    let open: OpenModel
    let input: String
    let output: String
    let maxTokens: Int
    let choice: GenerationOptions
    let withTokens: Bool
    let options: RunOptions

    /// Sequences that are continued together, about: a pass computes one token of each.
    private static let sequencesAtOnce = 32

    func run(_ reading: DataReading) throws {
        let prompts = try openPrompts(input, reading, open, options)
        let lines = try GrowingLines(path: output, header: header(reading.plan, prompts))
        let done = try finished(lines)
        let ends = try open.ends(remark: options.remark)
        // Sequences that are computed together are the same in a run that goes on, so that it writes what one unbroken
        // run writes.
        let size = choice.search == nil ? max(1, Self.sequencesAtOnce / choice.samples) : 1
        let report = ProgressReport("generate", total: prompts.count, options)
        if !done.isEmpty {
            options.remark("\(output): goes on after \(done.count) of \(prompts.count) prompts.")
        }
        for first in stride(from: 0, to: prompts.count, by: size) {
            let group = first..<min(first + size, prompts.count)
            let missing = group.filter { !done.contains(prompts[$0].record.id) }
            report.advance(examples: group.count - missing.count, tokens: 0)
            guard !missing.isEmpty else { continue }
            let made = completions(of: group, prompts, ends)
            for place in missing {
                let completions = made[place - first]
                try lines.add(
                    CompletionLine(
                        id: prompts[place].record.id, prompt_tokens: prompts[place].ids.count,
                        completions: completions))
                report.advance(examples: 1, tokens: completions.reduce(0) { $0 + $1.ids.count })
            }
        }
        report.finish()
    }

    /// The completions of each prompt of a group.
    private func completions(
        of group: Range<Int>, _ prompts: [StateSequence], _ ends: Set<Int32>
    ) -> [[Completion]] {
        let asked = group.map { Prompt(prompts[$0].ids) }
        func completion(_ made: Continuation, score: Float? = nil) -> Completion {
            Completion(made, score: score, open.tokenizer, withTokens: withTokens)
        }
        if let search = choice.search {
            return asked.map { prompt in
                open.decoder.beamSearch(prompt, limit: maxTokens, ends: ends, search).map {
                    completion($0.continuation, score: $0.score)
                }
            }
        }
        guard let sampling = choice.sampling else {
            return open.decoder.greedyContinuations(of: asked, limit: maxTokens, ends: ends).map {
                [completion($0)]
            }
        }
        var generators = group.map { prompt in
            (0..<choice.samples).map { SeededGenerator(seed: options.seed, stream: prompt * 1_000_003 + $0) }
        }
        return open.decoder.samples(of: asked, limit: maxTokens, ends: ends, sampling, using: &generators).map
        {
            $0.map { completion($0) }
        }
    }

    /// The ids of the prompts that the file has already.
    private func finished(_ lines: GrowingLines) throws -> Set<String> {
        var ids: Set<String> = []
        for (place, line) in lines.kept.enumerated() {
            do {
                ids.insert(try JSONDecoder().decode(CompletionLine.self, from: Data(line)).id)
            } catch {
                throw RecordError.malformed(
                    path: output, line: place + 2,
                    reason: "it is no line of this command; name another output")
            }
        }
        return ids
    }

    private func header(_ reading: ReadingPlan, _ prompts: [StateSequence]) throws -> CompletionHeader {
        let hasTurns = prompts.contains { if case .turns = $0.record.content { true } else { false } }
        return CompletionHeader(
            model: open.name, model_sha256: try open.digest(), adapter_sha256: try open.adapterDigest(),
            data_sha256: try sha256(ofData: input), limit: reading.limit,
            ignore_fields: reading.ignoredFields.sorted(), skip_bad_lines: reading.skipsBadLines,
            template_date: hasTurns ? open.templateDate(options.computing) : nil, max_tokens: maxTokens,
            temperature: choice.temperature,
            top_k: choice.topK, top_p: choice.topP, samples: choice.samples, beams: choice.beams,
            length_penalty: choice.lengthPenalty, early_stopping: choice.earlyStopping.rawValue,
            no_repeat_ngram: choice.noRepeatNgram, seed: options.seed, precision: Computing.usedPrecision,
            log_probabilities: withTokens)
    }
}
