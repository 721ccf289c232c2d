import JSON
import Foundation

/// What stands beside `tokenizer.json`: the roles of special tokens, and the chat template.
struct TokenizerConfig {
    /// The names of the special tokens by role ("bos_token", "eos_token", …).
    private(set) var specialTokens: [String: String] = [:]

    /// The names of further special tokens (`additional_special_tokens`, `extra_special_tokens`).
    private(set) var extraTokens: Set<String> = []

    /// The class that transformers opens the tokenizer with, without "Fast".
    private(set) var tokenizerClass: String?

    /// What is true or false ("add_prefix_space", "do_lower_case", …).
    private(set) var flags: [String: Bool] = [:]

    private(set) var chatTemplate: String?
    /// The template for conversations with tools, where there is one of its own.
    private(set) var toolTemplate: String?

    /// Reads `tokenizer_config.json`, `special_tokens_map.json` and `chat_template.jinja`, those that exist.
    init(folder: URL) throws(TokenizerError) {
        for name in ["special_tokens_map.json", "tokenizer_config.json"] {
            let path = folder.appending(path: name).path
            if FileManager.default.fileExists(atPath: path) { try read(path) }
        }
        let template = folder.appending(path: "chat_template.jinja").path
        if FileManager.default.fileExists(atPath: template) {
            chatTemplate = String(decoding: try readBytes(template, atMost: 1 << 20), as: UTF8.self)
        }
        let forTools = folder.appending(path: "additional_chat_templates/tool_use.jinja").path
        if FileManager.default.fileExists(atPath: forTools) {
            toolTemplate = String(decoding: try readBytes(forTools, atMost: 1 << 20), as: UTF8.self)
        }
    }

    private mutating func read(_ path: String) throws(TokenizerError) {
        let bytes = try readBytes(path, atMost: 16 << 20)
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: bytes[...])
        } catch { throw .malformed(error, in: path) }
        for role in [
            "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
        ] {
            if let name = json[role].flatMap(Self.content) { specialTokens[role] = name }
        }
        // add_bos_token and add_eos_token are not read: what stands around a text is tokenizer.json's post-processor, as
        // in transformers 5.
        for key in ["additional_special_tokens", "extra_special_tokens"] {
            var tokens = json[key]?.array ?? []
            if let members = json[key]?.members { tokens = members.map(\.value) }
            extraTokens.formUnion(tokens.compactMap(Self.content))
        }
        for member in json.members ?? [] { if let flag = member.value.bool { flags[member.key] = flag } }
        if let name = json["tokenizer_class"]?.string {
            tokenizerClass = name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
        }
        let template = json["chat_template"] ?? .null
        chatTemplate = template.string ?? named("default", in: template) ?? chatTemplate
        toolTemplate = named("tool_use", in: template) ?? toolTemplate
    }

    /// A token is written as its content, or as an object that has it.
    private static func content(_ json: JSONValue) -> String? { json.string ?? json["content"]?.string }

    /// One of a list of named templates.
    private func named(_ name: String, in json: JSONValue) -> String? {
        json.array?.first { $0["name"]?.string == name }?["template"]?.string ?? json[name]?.string
    }
}
