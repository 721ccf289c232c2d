import Foundation
import JSON
import ModelFiles

/// A family: its configuration, and the decoder that follows from it.
protocol Family {
    func decoder(path: String) throws(ModelError) -> Decoder
}

/// The model types that are read.
let supportedFamilies = FamilyRow.all.keys.sorted()

/// The decoder that a model's configuration describes, its weights still absent.
func decoder(of source: ModelSource) throws(ModelError) -> Decoder {
    let given: Configuration = try decoded(source)
    var name = "(none)"
    if case .text(let type)? = given["model_type"] { name = type }
    guard let row = FamilyRow.all[name] else {
        throw .unsupportedFamily(path: source.path, found: name, supported: supportedFamilies)
    }
    let keys = row.keys
    let notes = try ConfigurationKeys.check(given, keys, path: source.path)
    let complete = source.configured(
        keys.defaults.merging(given.filter { keys.read.contains($0.key) }) { $1 })
    var decoder = try row.make(complete, name).decoder(path: source.path)
    decoder.notes = source.notes + notes
    return decoder
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
    } catch let DecodingError.valueNotFound(_, context) {
        throw .configuration(
            path: source.path, key: context.codingPath.map(\.stringValue).joined(separator: "."),
            expected: "a value", found: "null")
    } catch {
        throw .configuration(
            path: source.path, key: "(all)", expected: "JSON", found: whyNoJSON(source.configuration))
    }
}

/// Why a text is no JSON, with the line.
private func whyNoJSON(_ text: [UInt8]) -> String {
    do throws(JSONError) {
        _ = try JSONValue(parsing: text[...], .strict)
        return "a number that is too large"
    } catch {
        return "in line \(error.line): \(error.reason)"
    }
}
