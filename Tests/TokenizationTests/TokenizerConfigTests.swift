import Foundation
import Testing
import Tokenization

@Suite struct TokenizerConfigTests {
    /// Opens the small tokenizer with other files beside it.
    func open(_ files: [String: String], tokenizer json: String = TokenizerFileTests.small) throws
        -> Tokenizer
    {
        try withFile(Data(json.utf8)) { path in
            let folder = URL(filePath: path).deletingLastPathComponent()
            for (name, content) in files { try Data(content.utf8).write(to: folder.appending(path: name)) }
            return try Tokenizer(tokenizerJSON: folder.path)
        }
    }

    @Test func readsTheRolesOfTokens() throws {
        let tokenizer = try open([
            "tokenizer_config.json": #"{"bos_token": "<s>", "eos_token": {"content": "ab", "special": true}}"#
        ])
        #expect(tokenizer.beginning == 3)
        #expect(tokenizer.end == 2)
        #expect(tokenizer.isSpecial(2))
        #expect(tokenizer.encode("a") == [0])
        #expect(tokenizer.decode([0, 2], skipSpecialTokens: true) == "a")
    }

    /// `add_bos_token` and `add_eos_token` change nothing that tokenizer.json says, as in transformers 5.
    @Test func takesWhatIsAddedFromTheTokenizersFile() throws {
        let template = #"""
            "post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A"}},
            {"SpecialToken": {"id": "<s>"}}], "special_tokens": {"<s>": {"ids": [3]}}}
            """#
        let json = TokenizerFileTests.small.replacing("\"post_processor\": null", with: template)
        #expect(try open([:], tokenizer: json).encode("a") == [0, 3])
        let roles = #""bos_token": "<s>", "eos_token": "<s>""#
        let added = try open(
            ["tokenizer_config.json": "{\(roles), \"add_bos_token\": true}"], tokenizer: json)
        #expect(added.encode("a") == [0, 3])
        let bare = try open(
            ["tokenizer_config.json": "{\(roles), \"add_bos_token\": false}"], tokenizer: json)
        #expect(bare.encode("a") == [0, 3])
        #expect(try open(["tokenizer_config.json": "{\(roles), \"add_bos_token\": true}"]).encode("a") == [0])
    }

    @Test func findsTheChatTemplate() throws {
        let list =
            #"{"chat_template": [{"name": "rag", "template": "R"}, {"name": "default", "template": "D"}]}"#
        #expect(try open(["tokenizer_config.json": list]).chatTemplate == "D")
        #expect(try open(["tokenizer_config.json": #"{"chat_template": "T"}"#]).chatTemplate == "T")
        #expect(
            try open(["tokenizer_config.json": #"{"chat_template": "T"}"#, "chat_template.jinja": "J"])
                .chatTemplate
                == "J")
    }

    /// All that transformers hands to a template.
    @Test func knowsTheSpecialTokensByRole() throws {
        let config =
            #"{"bos_token": "<s>", "pad_token": {"content": "ab"}, "additional_special_tokens": ["b", {"content": "none"}]}"#
        let tokenizer = try open(["tokenizer_config.json": config])
        #expect(tokenizer.specialTokens == ["bos_token": "<s>", "pad_token": "ab"])
        #expect(tokenizer.isSpecial(1) && tokenizer.isSpecial(2))
    }

    @Test func knowsTheTemplateForTools() throws {
        let list =
            #"{"chat_template": [{"name": "tool_use", "template": "T"}, {"name": "default", "template": "D"}]}"#
        let tokenizer = try open(["tokenizer_config.json": list])
        #expect(tokenizer.chatTemplate == "D" && tokenizer.toolTemplate == "T")
    }

    @Test func fallsBackOnTheOlderMap() throws {
        #expect(try open(["special_tokens_map.json": #"{"eos_token": "<s>"}"#]).end == 3)
    }

    private static let bert = TokenizerFileTests.small.replacing(
        #""normalizer": null"#, with: #""normalizer": {"type": "BertNormalizer", "lowercase": true}"#)

    /// Keys by which transformers 5.24 gives other ids than `tokenizer.json` says, and the word for each.
    @Test(arguments: [
        (#""split_special_tokens": true"#, "split_special_tokens"),
        (#""tokenizer_class": "GPT2Tokenizer", "add_prefix_space": true"#, "add_prefix_space"),
        (#""tokenizer_class": "Qwen2TokenizerFast", "add_prefix_space": true"#, "add_prefix_space"),
        (#""tokenizer_class": "BertTokenizer", "do_lower_case": false"#, "do_lower_case"),
        (#""tokenizer_class": "BertTokenizerFast", "strip_accents": false"#, "strip_accents"),
        (#""tokenizer_class": "BertTokenizer", "tokenize_chinese_chars": false"#, "tokenize_chinese_chars"),
    ])
    func refusesAConfigurationThatDiffers(config: String, key: String) throws {
        let error = #expect(throws: TokenizerError.self) {
            try open(["tokenizer_config.json": "{\(config)}"], tokenizer: Self.bert)
        }
        #expect(error?.description.contains(key) == true, "\(String(describing: error))")
    }

    /// Keys that agree with `tokenizer.json`, and those that the class does not follow.
    @Test(arguments: [
        #""split_special_tokens": false, "add_prefix_space": true"#,
        #""tokenizer_class": "PreTrainedTokenizerFast", "add_prefix_space": true, "do_lower_case": false"#,
        #""tokenizer_class": "LlamaTokenizerFast", "add_prefix_space": true"#,
        #""tokenizer_class": "GPT2Tokenizer", "add_prefix_space": false, "do_lower_case": false"#,
        #""tokenizer_class": "Qwen2Tokenizer", "add_prefix_space": null"#,
        #""tokenizer_class": "BertTokenizer", "do_lower_case": true, "strip_accents": null"#,
        #""tokenizer_class": "BertTokenizer", "strip_accents": true, "tokenize_chinese_chars": true"#,
    ])
    func opensAConfigurationThatAgrees(config: String) throws {
        #expect(
            try open(["tokenizer_config.json": "{\(config)}"], tokenizer: Self.bert).encode("a") == [0])
    }

    @Test func refusesARoleForATokenThatIsNotThere() throws {
        let error = #expect(throws: TokenizerError.self) {
            try open(["tokenizer_config.json": #"{"eos_token": "</s>"}"#])
        }
        #expect(error?.description.contains("\"</s>\", which is not in the vocabulary") == true)
    }
}
