/// What a file of examples held.
public struct ExampleFile: Sendable {
    /// The records in the order of the file.
    public let examples: [Example]

    /// The lines that were left out, each with its reason; empty unless bad lines are skipped.
    public let rejects: [RecordError]
}

/// Reads JSON lines of any of the known shapes.
///
/// The shape of the first record is required of all.
public func readExamples(
    at path: String, skippingBadLines: Bool = false
) throws(RecordError) -> ExampleFile { fatalError("in work") }
