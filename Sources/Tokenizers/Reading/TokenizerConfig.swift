import Foundation

/// What stands beside `tokenizer.json`: the roles of special tokens, and the chat template.
struct TokenizerConfig {
    /// The names of the special tokens by role ("bos_token", "eos_token", …).
    private(set) var specialTokens: [String: String] = [:]

    /// `add_bos_token` and `add_eos_token`, where the file says so.
    private(set) var addsBeginning: Bool?
    private(set) var addsEnd: Bool?

    private(set) var chatTemplate: String?

    /// Reads `tokenizer_config.json`, `special_tokens_map.json` and `chat_template.jinja`, those that exist.
    init(folder: URL) throws(TokenizerError) {
        for name in ["special_tokens_map.json", "tokenizer_config.json"] {
            let path = folder.appending(path: name).path
            if FileManager.default.fileExists(atPath: path) { try read(path) }
        }
        let template = folder.appending(path: "chat_template.jinja").path
        if FileManager.default.fileExists(atPath: template) {
            chatTemplate = String(decoding: try readBytes(template), as: UTF8.self)
        }
    }

    private mutating func read(_ path: String) throws(TokenizerError) {
        var reader = JSONReader(try readBytes(path))
        let json: JSONValue
        do throws(JSONReader.Failure) {
            json = try reader.value()
            try reader.end()
        } catch { throw .malformed(source: path, reason: error.reason) }
        for role in ["bos_token", "eos_token", "unk_token", "pad_token"] {
            if let name = json[role].string ?? json[role]["content"].string { specialTokens[role] = name }
        }
        addsBeginning = json["add_bos_token"].bool ?? addsBeginning
        addsEnd = json["add_eos_token"].bool ?? addsEnd
        chatTemplate = json["chat_template"].string ?? defaultTemplate(json["chat_template"]) ?? chatTemplate
    }

    /// Of a list of named templates the one called "default".
    private func defaultTemplate(_ json: JSONValue) -> String? {
        json.array?.first { $0["name"].string == "default" }?["template"].string
    }
}
