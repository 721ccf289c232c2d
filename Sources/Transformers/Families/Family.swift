import Foundation
import ModelFiles

/// A family: its configuration, and the decoder that follows from it.
protocol Family {
    func decoder(path: String) throws(ModelError) -> Decoder
}

/// The model types that are read.
let supportedFamilies = FamilyKeys.all.keys.sorted()

/// The decoder that a model's configuration describes, its weights still absent.
func decoder(of source: ModelSource) throws(ModelError) -> Decoder {
    let given: Configuration = try decoded(source)
    var name = "(none)"
    if case .text(let type)? = given["model_type"] { name = type }
    guard let keys = FamilyKeys.all[name] else {
        throw .unsupportedFamily(path: source.path, found: name, supported: supportedFamilies)
    }
    let notes = try ConfigurationKeys.check(given, keys, path: source.path)
    var decoder = try decoder(
        name, of: source.configured(keys.defaults.merging(given.filter { keys.read.contains($0.key) }) { $1 })
    )
    decoder.notes = source.notes + notes
    return decoder
}

/// The decoder of a family that is known, from a configuration that is complete.
private func decoder(_ name: String, of source: ModelSource) throws(ModelError) -> Decoder {
    let has: (String) -> Bool = { source.tensors[$0] != nil }
    switch name {
    case "gpt2":
        return try GPT2(configuration: decoded(source), name: name, has: has).decoder(path: source.path)
    case "opt":
        return try OPT(configuration: decoded(source), name: name, has: has).decoder(path: source.path)
    default: break
    }
    let common: CommonConfiguration = try decoded(source)
    try common.check(path: source.path)
    let family: any Family =
        switch name {
        case "qwen2", "qwen3": Qwen(common: common, extra: try decoded(source), name: name)
        case "gemma2", "gemma3_text": Gemma(common: common, extra: try decoded(source), name: name)
        case "olmo2": OLMo2(common: common, name: name)
        case "smollm3": SmolLM3(common: common, extra: try decoded(source), name: name)
        case "phi3": Phi3(common: common, name: name)
        case "stablelm": StableLM(common: common, extra: try decoded(source), name: name)
        case "phi": Phi(common: common, extra: try decoded(source), name: name)
        case "gpt_neox": GPTNeoX(common: common, extra: try decoded(source), name: name, hasHead: has)
        default: Llama(common: common, name: name)
        }
    return try family.decoder(path: source.path)
}

/// The keys of a configuration that a family reads.
func decoded<Value: Decodable>(_ source: ModelSource) throws(ModelError) -> Value {
    do {
        return try JSONDecoder().decode(Value.self, from: Data(source.configuration))
    } catch let DecodingError.keyNotFound(key, _) {
        throw .configuration(path: source.path, key: key.stringValue, expected: "a value", found: "none")
    } catch let DecodingError.typeMismatch(_, context) {
        throw .configuration(
            path: source.path, key: context.codingPath.map(\.stringValue).joined(separator: "."),
            expected: "another type", found: context.debugDescription)
    } catch {
        throw .configuration(path: source.path, key: "(all)", expected: "JSON", found: "\(error)")
    }
}
