import ArgumentParser
import Examples
import Files
import Foundation
import ModelHub
import Records
import Teachers
import Tokenizers
import Transformers

/// Who writes examples.
enum TeacherKind: String, ExpressibleByArgument, CaseIterable {
    case template, endpoint, model, replay
}

/// Flags about the teacher.
struct TeacherOptions: ParsableArguments {
    @Option(
        help:
            "Who writes the problems: template (no model), endpoint (OpenAI-compatible), model (a local one) or replay (of --replies)."
    ) var teacher = TeacherKind.template
    @Option(
        help:
            "File in which replies are saved as they arrive, and from which --teacher replay reads."
    )
    var replies = "teacher-replies.jsonl"
    @Option(
        help:
            "Required by --teacher model: a Hugging Face folder, a .gguf file, or the name of a pulled model."
    )
    var model: String?
    @Option(
        help:
            "Required by --teacher endpoint: its base URL without /chat/completions, as in https://api.openai.com/v1."
    )
    var endpoint: String?
    @Option(help: "Required by --teacher endpoint: the name of the model there.") var endpointModel: String?
    @Option(help: "Environment variable with the API key.") var keyVariable = "OPENAI_API_KEY"
    @Option(help: "Maximum number of requests started per minute.") var requestsPerMinute = 600
    @Option(help: "Seconds without a reply after which a request is retried.") var timeout = 120.0
    @Option(help: "Price of a million input tokens (default: cost is not counted).") var inputPrice: Double?
    @Option(help: "Price of a million output tokens (default: cost is not counted).") var outputPrice: Double?
    @Option(help: "Send no further requests once this much is spent; needs both prices (default: no limit).")
    var maxCost: Double?

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
            price: price, requestsPerMinute: requestsPerMinute, timeout: timeout,
            remark: { standardError($0) })
    }

    private func modelTeacher(_ run: RunOptions) throws -> any Teacher {
        let open = try OpenModel(name: model ?? "")
        run.begin()
        let tokenizer = open.tokenizer
        let renderer: ConversationRenderer
        do throws(ConversationError) {
            renderer = try ConversationRenderer(tokenizer, now: run.template.now)
        } catch {
            throw UnusableData(description: "\(open.name): \(error).")
        }
        return ModelTeacher(
            name: open.name, model: open.decoder, ends: try open.ends(remark: run.remark),
            tokens: { messages in
                let text = try renderer.text(messages, addGenerationPrompt: true)
                return tokenizer.encode(text, addSpecialTokens: false)
            }, text: { tokenizer.decode($0, skipSpecialTokens: true) })
    }
}
