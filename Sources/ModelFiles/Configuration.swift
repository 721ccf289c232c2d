import Foundation

/// What a `config.json` or `adapter_config.json` says, by key.
typealias Configuration = [String: ConfigurationValue]

/// A value of a `config.json` or `adapter_config.json`.
enum ConfigurationValue: Codable, Sendable {
    case null
    case integer(Int)
    case number(Float)
    case flag(Bool)
    case text(String)
    case list([ConfigurationValue])
    case object(Configuration)

    init(from decoder: any Decoder) throws {
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

    func encode(to encoder: any Encoder) throws {
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
    var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("numbers that JSON cannot hold: \(self)")
        }
        return [UInt8](data)
    }

    /// The keys of both; of a key that both have, the other's value.
    func with(_ other: Configuration) -> Configuration { merging(other) { $1 } }
}
