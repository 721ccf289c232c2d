import ArgumentParser
import Examples
import Files
import Foundation
import LaMerCurriculum
import ModelHub
import Records
import Tokenizers
import Transformers

/// Who writes examples.
enum TeacherKind: String, ExpressibleByArgument, CaseIterable {
    case template, endpoint, model, replay
}

/// Flags about the teacher.
struct TeacherOptions: ParsableArguments {
    @Option(help: "template (no teacher), endpoint, model or replay.") var teacher = TeacherKind.template
    @Option(
        help:
            "The file of replies: kept there as they come, and read from there by replay (default: teacher-replies.jsonl)."
    )
    var replies = "teacher-replies.jsonl"
    @Option(help: "The model that is its own teacher: a folder, a .gguf file, or a name in the cache.")
    var model: String?
    @Option(help: "The address before /chat/completions, as in https://api.openai.com/v1.") var endpoint:
        String?
    @Option(help: "The model's name at the endpoint.") var endpointModel: String?
    @Option(help: "The environment variable that holds the key.") var keyVariable = "OPENAI_API_KEY"
    @Option(help: "Requests started in a minute, at most.") var requestsPerMinute = 600
    @Option(help: "Seconds without an answer after which a request is tried again.") var timeout = 120.0
    @Option(help: "What a million tokens of requests cost.") var inputPrice: Double?
    @Option(help: "What a million tokens of replies cost.") var outputPrice: Double?
    @Option(help: "Ask nothing more once this much is spent; takes both prices.") var maxCost: Double?

    func validate() throws {
        if teacher == .endpoint && (endpoint == nil || endpointModel == nil) {
            throw ValidationError("--teacher endpoint takes --endpoint and --endpoint-model.")
        }
        if teacher == .model && model == nil { throw ValidationError("--teacher model takes --model.") }
        if maxCost != nil && (inputPrice == nil || outputPrice == nil) {
            throw ValidationError(
                "--max-cost takes --input-price and --output-price, for costs to be counted.")
        }
        guard requestsPerMinute >= 1, timeout > 0, timeout.isFinite else {
            throw ValidationError("--requests-per-minute must be at least 1, and --timeout above 0.")
        }
    }

    /// The file of replies, where it is written.
    var outputs: [NamedPath] {
        [.endpoint, .model].contains(teacher) ? [NamedPath("--replies", replies)] : []
    }

    /// What is read for the teacher.
    var inputs: [NamedPath] {
        named("--replies", teacher == .replay ? replies : nil)
            + named("--model", model.map { (try? resolveModel($0)) ?? $0 })
    }

    /// The teacher, whose replies are kept; nil for templates.
    func open(_ run: RunOptions) throws -> (any Teacher)? {
        switch teacher {
        case .template: return nil
        case .replay:
            guard FileManager.default.fileExists(atPath: replies) else {
                throw RecordError.missing(path: replies)
            }
            return ReplayedTeacher(try ReplyFile(path: replies))
        case .endpoint: return try recorded(endpointTeacher(), run)
        case .model: return try recorded(modelTeacher(run), run)
        }
    }

    private func recorded(_ teacher: any Teacher, _ run: RunOptions) throws -> any Teacher {
        let file = try ReplyFile(path: replies)
        run.remark("\(replies): \(file.count) replies known; new ones are kept there")
        return RecordedTeacher(teacher, file)
    }

    private func endpointTeacher() throws -> any Teacher {
        let price = maxCost.flatMap { cap in
            inputPrice.flatMap { input in
                outputPrice.map { EndpointTeacher.Price(input: input, output: $0, cap: cap) }
            }
        }
        return try EndpointTeacher(
            address: endpoint ?? "", model: endpointModel ?? "",
            key: ProcessInfo.processInfo.environment[keyVariable],
            price: price, requestsPerMinute: requestsPerMinute, timeout: timeout)
    }

    private func modelTeacher(_ run: RunOptions) throws -> any Teacher {
        let open = try OpenModel(name: model ?? "")
        run.begin()
        let tokenizer = open.tokenizer
        let renderer: ConversationRenderer
        do throws(ConversationError) {
            renderer = try ConversationRenderer(tokenizer)
        } catch {
            throw UnusableData(description: "\(open.name): \(error).")
        }
        return ModelTeacher(
            name: open.name, model: open.decoder, ends: Set([tokenizer.end].compactMap(\.self)),
            tokens: { messages in
                let text = try renderer.text(messages, addGenerationPrompt: true)
                return tokenizer.encode(text, addSpecialTokens: false)
            }, text: { tokenizer.decode($0, skipSpecialTokens: true) })
    }
}
