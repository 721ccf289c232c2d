import ArgumentParser
import Examples
import Files
import Foundation
import ModelHub
import Records
import Runs
import Teachers
import Tokenization
import Transformers

/// Who writes, or judges.
enum TeacherKind: String, ExpressibleByArgument, CaseIterable {
    case model, endpoint, replay, template
}

/// Flags about the teacher: one group for every command that asks one.
struct TeacherOptions: ParsableArguments {
    @Option(
        help:
            "The teacher: model (a local one), endpoint (OpenAI-compatible), replay (of --replies) or, in synthesize, template (no model) (default: template in synthesize, else endpoint)."
    ) var teacher: TeacherKind?
    @Option(
        name: [.customLong("teacher-model"), .customLong("endpoint-model")],
        help:
            "The teacher's model: for model a Hugging Face folder, a .gguf file or the name of a pulled model; for endpoint its name there (default: none).",
        completion: .file()
    )
    var teacherModel: String?
    @Option(
        name: [.customLong("teacher-url"), .customLong("endpoint")],
        help:
            "Required by --teacher endpoint: its base URL without /chat/completions, as in https://api.openai.com/v1; one that ends in /completions continues texts (default: none)."
    )
    var teacherURL: String?
    @Option(
        help:
            "File in which requests and replies are saved as they arrive (JSON lines), and from which --teacher replay reads.",
        completion: .file()
    )
    var replies = "teacher-replies.jsonl"
    @Option(help: "Send no further requests once this much is spent; needs both prices (default: no limit).")
    var maxCost: Double?
    @Option(
        name: [.customLong("concurrency"), .customLong("parallel")],
        help: "Requests (in synthesize: pairs) that the teacher works on at a time.") var concurrency = 4
    @Option(help: "Environment variable with the API key.") var keyVariable = "OPENAI_API_KEY"
    @Option(help: "Maximum number of requests started per minute.") var requestsPerMinute = 600
    @Option(help: "Seconds without a reply after which a request is retried.") var timeout = 120.0
    @Option(help: "Price of a million input tokens (default: cost is not counted).") var inputPrice: Double?
    @Option(help: "Price of a million output tokens (default: cost is not counted).") var outputPrice: Double?

    func validate() throws {
        if maxCost != nil && (inputPrice == nil || outputPrice == nil) {
            throw ValidationError(
                "--max-cost takes --input-price and --output-price, for costs to be counted.")
        }
        guard requestsPerMinute >= 1, timeout > 0, timeout.isFinite else {
            throw ValidationError("--requests-per-minute must be at least 1, and --timeout above 0.")
        }
        guard (1...256).contains(concurrency) else {
            throw ValidationError("--concurrency is \(concurrency), but must lie between 1 and 256.")
        }
    }

    /// Refuses a teacher that lacks what it takes.
    ///
    /// - Parameter model: the local model, where a command names it with a flag of its own.
    func check(_ kind: TeacherKind, model: String? = nil) throws {
        if kind == .endpoint && (teacherURL == nil || teacherModel == nil) {
            throw ValidationError(
                "An endpoint takes --teacher-url (--endpoint) and --teacher-model (--endpoint-model).")
        }
        if kind == .model && (model ?? teacherModel) == nil {
            throw ValidationError("--teacher model takes --teacher-model (in synthesize also --model).")
        }
    }

    /// The file of replies, where it is written.
    func outputs(_ kind: TeacherKind) -> [NamedPath] {
        [.endpoint, .model].contains(kind) ? [NamedPath("--replies", replies)] : []
    }

    /// What is read for the teacher.
    func inputs(_ kind: TeacherKind, model: String? = nil) -> [NamedPath] {
        let local = kind == .model ? model ?? teacherModel : nil
        return named("--replies", kind == .replay ? replies : nil)
            + named("--teacher-model", local.map { (try? resolveModel($0)) ?? $0 })
    }

    /// The teacher, whose replies are kept; nil for templates.
    func open(_ kind: TeacherKind, model: String? = nil, _ run: RunOptions) throws -> (any Teacher)? {
        switch kind {
        case .template: return nil
        case .replay:
            guard FileManager.default.fileExists(atPath: replies) else {
                throw RecordError.missing(path: replies)
            }
            return ReplayedTeacher(try ReplyFile(path: replies))
        case .endpoint: return try recorded(endpointTeacher(), run)
        case .model: return try recorded(modelTeacher(model ?? teacherModel ?? "", run), run)
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
            address: teacherURL ?? "", model: teacherModel ?? "",
            key: ProcessInfo.processInfo.environment[keyVariable],
            price: price, requestsPerMinute: requestsPerMinute, timeout: timeout,
            remark: { standardError($0) })
    }

    private func modelTeacher(_ name: String, _ run: RunOptions) throws -> any Teacher {
        let open = try OpenModel(name: name, warn: standardError)
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
