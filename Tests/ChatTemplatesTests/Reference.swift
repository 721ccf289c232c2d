import JSON
import ChatTemplates
import Foundation
import TestSupport

/// What `notebooks-data/reference/make_chat_templates.py` stored.
struct Reference: Decodable {
    struct Context: Decodable {
        let messages: [OrderedJSON]
        let prompt: Bool
        let variables: [Pair]
    }

    struct Case: Decodable {
        let name: String
        let template: Int
        let context: Int
        let text: String?
        let spans: [[Int]]?
        let error: String?
        let said: String?
    }

    let templates: [String]
    let contexts: [Context]
    let cases: [Case]

    private static let read = Result {
        let data = try Data(contentsOf: URL(filePath: fixture("renderings.json", of: "ChatTemplatesTests")))
        return try JSONDecoder().decode(Reference.self, from: data)
    }

    static var stored: Reference { get throws { try read.get() } }

    /// What we make of a case.
    func rendering(of item: Case) -> Result<Rendering, TemplateError> {
        let context = contexts[item.context]
        return Result { () throws(TemplateError) in
            try ChatTemplate(templates[item.template]).rendering(
                messages: context.messages.map(\.value), addGenerationPrompt: context.prompt,
                variables: Dictionary(uniqueKeysWithValues: context.variables.map { ($0.key, $0.value) }),
                now: Moment(secondsSince1970: 1_720_278_245))
        }
    }
}

/// A key and its value, stored as a list of two.
struct Pair: Decodable {
    let key: String
    let value: JSONValue

    init(from decoder: any Decoder) throws {
        var pair = try decoder.unkeyedContainer()
        key = try pair.decode(String.self)
        value = try pair.decode(OrderedJSON.self).value
    }
}

/// JSON whose objects are stored as lists of pairs, and whose floats are named.
struct OrderedJSON: Decodable {
    let value: JSONValue

    private struct Object: Decodable { let object: [Pair] }
    private struct Float: Decodable { let float: String }

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        value =
            if single.decodeNil() {
                .null
            } else if let bool = try? single.decode(Bool.self) {
                .bool(bool)
            } else if let text = try? single.decode(String.self) {
                .string(text)
            } else if let list = try? single.decode([OrderedJSON].self) {
                .array(list.map(\.value))
            } else if let object = try? single.decode(Object.self) {
                .object(object.object.map { JSONValue.Member($0.key, $0.value) })
            } else if let float = try? single.decode(Float.self) {
                .double(Double(float.float) ?? .nan)
            } else {
                .int(try single.decode(Int.self))
            }
    }
}
