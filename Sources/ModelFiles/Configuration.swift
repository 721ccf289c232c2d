import Foundation

/// What a `config.json` says, by key.
typealias Configuration = [String: ConfigurationValue]

/// A value of a `config.json`.
enum ConfigurationValue: Encodable, Sendable {
    case integer(Int)
    case number(Float)
    case flag(Bool)
    case text(String)
    case list([ConfigurationValue])
    case object(Configuration)

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
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
            preconditionFailure("numbers of a GGUF file that JSON cannot hold: \(self)")
        }
        return [UInt8](data)
    }

    /// The keys of both; of a key that both have, the other's value.
    func with(_ other: Configuration) -> Configuration { merging(other) { $1 } }
}
