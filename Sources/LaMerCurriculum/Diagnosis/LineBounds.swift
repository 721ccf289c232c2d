public import Records

/// A line of a file whose numbers have bounds.
protocol Bounded {
    /// Each number by its key, with the bounds within which it makes sense.
    var numbers: [(key: String, value: Double, bounds: ClosedRange<Double>)] { get }
}

/// A relative entropy, in nats: a KL divergence is never negative, and the largest beliefs of floats differ by less.
private let entropies = 0.0...1e6
private let bands = 0.0...4.0
private let probabilities = 0.0...1.000_001

extension DiagnosisLine: Bounded {
    var numbers: [(key: String, value: Double, bounds: ClosedRange<Double>)] {
        let optional = [
            ("re_calibrated", calibrated, -1e6...1e6), ("score_temperature", scoreTemperature, 1e-6...1e6),
            ("threshold", threshold, entropies),
        ]
        return [("re", relativeEntropy, entropies), ("band", Double(band), bands)]
            + optional.compactMap { key, value, bounds in value.map { (key, $0, bounds) } }
            + without.map { ("p", $0, probabilities) } + told.map { ("q", $0, probabilities) }
            + (unaided ?? []).map { ("p_untold", $0, probabilities) }
    }

    /// The pairs of a file that `diagnose` wrote.
    ///
    /// - Throws: `malformed` at the first line that is no pair, or has a number that cannot be one of a pair.
    public static func all(at path: String) throws(RecordError) -> [DiagnosisLine] {
        try numbered(at: path).map(\.record)
    }

    /// The same, each with its line.
    static func numbered(at path: String) throws(RecordError) -> [(line: Int, record: DiagnosisLine)] {
        try boundedLines(DiagnosisLine.self, at: path)
    }
}

extension RepairExample: Bounded {
    var numbers: [(key: String, value: Double, bounds: ClosedRange<Double>)] {
        [("re", relativeEntropy, entropies), ("band", Double(band), bands)]
    }

    /// The examples of a file that `synthesize` wrote.
    ///
    /// - Throws: `malformed` at the first line that is no example, or has a number that cannot be one of an example.
    public static func all(at path: String) throws(RecordError) -> [RepairExample] {
        try boundedLines(RepairExample.self, at: path).map(\.record)
    }
}

/// The records of a file, each number within its bounds.
func boundedLines<Record: Decodable & Bounded>(
    _: Record.Type, at path: String
) throws(RecordError) -> [(line: Int, record: Record)] {
    let lines = try readJSONLines(Record.self, at: path)
    for (line, record) in lines {
        for (key, value, bounds) in record.numbers where !bounds.contains(value) {
            throw .malformed(
                path: path, line: line,
                reason: "\"\(key)\" is \(value), expected \(bounds.lowerBound) to \(bounds.upperBound)")
        }
    }
    return lines
}
