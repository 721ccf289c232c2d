import Foundation

/// What a `config.json` or `adapter_config.json` says, by key.
package typealias Configuration = [String: ConfigurationValue]

/// A value of a `config.json` or `adapter_config.json`.
package enum ConfigurationValue: Codable, Sendable {
    case null
    case integer(Int)
    case number(Float)
    case flag(Bool)
    case text(String)
    case list([ConfigurationValue])
    case object(Configuration)

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .flag(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(Float(value))
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let values = try? container.decode([ConfigurationValue].self) {
            self = .list(values)
        } else {
            self = .object(try container.decode(Configuration.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .flag(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }
}

extension Configuration {
    /// This as JSON, keys in alphabetical order.
    package var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        // A number beyond all floats becomes a text, which readers of numbers refuse by name.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        guard let data = try? encoder.encode(self) else { preconditionFailure("no JSON: \(self)") }
        return [UInt8](data)
    }

    /// The keys of both; of a key that both have, the other's value.
    func with(_ other: Configuration) -> Configuration { merging(other) { $1 } }
}

extension ConfigurationValue {
    /// A number of either kind.
    package var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value.isFinite ? Double(value) : nil
        default: nil
        }
    }

    /// Whether this asks for nothing: null, false, or empty.
    package var isNothing: Bool {
        switch self {
        case .null: true
        case .flag(let flag): !flag
        case .text(let text): text.isEmpty
        case .list(let values): values.isEmpty
        case .object(let members): members.isEmpty
        case .integer, .number: false
        }
    }

    /// As JSON, on one line and at most 60 letters.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "a number"
        return text.count > 60 ? text.prefix(57) + "…" : text
    }
}
