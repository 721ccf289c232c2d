import JSON
import Foundation

/// Reads one record from each line, or from each element of a JSON array; blank lines are passed over.
///
/// - Parameters:
///   - _: the type of a record.
///   - path: a file in UTF-8.
///   - limit: the number of records after which nothing more is read; nil for all.
///   - skipped: is given each line that is not such a record; without it the first one ends the reading.
/// - Returns: each record with its line, or its number in the array, counted from 1.
/// - Throws: at the first line that is not such a record.
public func readJSONLines<Record: Decodable>(
    _: Record.Type, at path: String, limit: Int? = nil, skipped: ((RecordError) -> Void)? = nil
) throws(RecordError) -> [(line: Int, record: Record)] {
    var records: [(line: Int, record: Record)] = []
    func isEnough() -> Bool { limit.map { records.count >= $0 } ?? false }
    _ = try eachRecord(at: path, until: isEnough) { (line, bytes) throws(RecordError) in
        do throws(BadLine) {
            records.append((line, try decodedRecord(Record.self, from: bytes)))
        } catch {
            let error = error.error(path: path, line: line)
            guard let skipped else { throw error }
            skipped(error)
        }
    }
    return records
}

/// What is wrong with a line, before its place is known.
struct BadLine: Error {
    let reason: String
    /// The field that is not understood, where leaving it out would do.
    var field: String?

    /// The error with its place.
    func error(path: String, line: Int) -> RecordError {
        if let field { return .notUnderstood(path: path, line: line, field: field, reason: reason) }
        return .malformed(path: path, line: line, reason: reason)
    }
}

/// A record from a line.
func decodedRecord<Record: Decodable>(
    _: Record.Type, from bytes: ArraySlice<UInt8>
) throws(BadLine) -> Record {
    let parsed = try parsedRecord(bytes)
    do {
        return try ValueDecoder(parsed.value, halves: parsed.halves).decode(Record.self)
    } catch let error as DecodingError {
        throw BadLine(reason: error.reason)
    } catch let error as BadLine {
        throw error
    } catch { throw BadLine(reason: error.localizedDescription) }
}

extension DecodingError {
    /// A clause that says what was expected and what was found.
    package var reason: String {
        switch self {
        case .keyNotFound(let key, let context): "\(place(context)) has no \"\(key.stringValue)\""
        case .valueNotFound(let type, let context): "\(place(context)) is null, expected \(name(type))"
        case .typeMismatch(let type, let context):
            "\(place(context)) is not \(name(type))"
                + (context.debugDescription.hasPrefix("found ") ? ": \(context.debugDescription)" : "")
        case .dataCorrupted(let context):
            "it is not JSON: \(clause(context.underlyingError.map(detail) ?? context.debugDescription))"
        @unknown default: "it cannot be decoded: \(self)"
        }
    }

    /// Foundation's sentence, to stand in one of ours.
    private func clause(_ sentence: String) -> String {
        sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    }

    private func place(_ context: Context) -> String { placeName(context.codingPath) }

    private func name(_ type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is [String: Any].Type, is any StringKeyed.Type: "an object"
        case is any Collection.Type: "a list"
        default: "an object"
        }
    }

    private func detail(_ error: any Error) -> String {
        (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? error.localizedDescription
    }
}

/// A dictionary that is an object in JSON.
protocol StringKeyed {
    /// Its members by key, in order.
    var sorted: [(String, any Encodable)] { get }
}

extension Dictionary: StringKeyed where Key == String, Value: Encodable {
    var sorted: [(String, any Encodable)] { self.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
}
