public import Records

/// The log-probabilities of a preference run's reference, `reference.json` in the run's folder: those of the model as the
/// run starts.
public struct ReferenceFile: Codable, Sendable, Equatable {
    /// `sft-probe/reference`.
    private let format: String
    private let version: Int
    /// What the scores were made from.
    public let origin: Origin
    /// The scores of each pair, in the order of the data.
    public let pairs: [ReferenceScores]

    /// What scores are made from: digests, in hexadecimal.
    public struct Origin: Codable, Sendable, Equatable {
        /// SHA-256 of the model's weights.
        public let modelSHA256: String
        /// SHA-256 of the adapter that the run starts from; nil where there is none.
        public let adapterSHA256: String?
        /// SHA-256 of the data file.
        public let dataSHA256: String
        /// SHA-256 of the chat template; nil where none rendered the data.
        public let templateSHA256: String?

        enum CodingKeys: String, CodingKey {
            case modelSHA256 = "model_sha256"
            case adapterSHA256 = "adapter_sha256"
            case dataSHA256 = "data_sha256"
            case templateSHA256 = "template_sha256"
        }

        /// The origin of scores.
        public init(modelSHA256: String, adapterSHA256: String?, dataSHA256: String, templateSHA256: String?)
        {
            (self.modelSHA256, self.adapterSHA256) = (modelSHA256, adapterSHA256)
            (self.dataSHA256, self.templateSHA256) = (dataSHA256, templateSHA256)
        }
    }

    /// The scores of a run's pairs.
    public init(_ pairs: [ReferenceScores], from origin: Origin) {
        (format, version) = ("sft-probe/reference", 1)
        (self.pairs, self.origin) = (pairs, origin)
    }

    /// Reads the scores of a run's pairs.
    ///
    /// - Throws: `missing`, or `invalid` where they are not those of the run's model, adapter, data, or number of pairs.
    public static func scores(
        at path: String, from origin: Origin, count: Int
    ) throws(RecordError) -> [ReferenceScores] {
        let file = try readJSON(ReferenceFile.self, at: path)
        guard file.format == "sft-probe/reference", file.version == 1 else {
            throw .invalid(
                path: path,
                reason:
                    "expected \"sft-probe/reference\" of version 1, found \"\(file.format)\" of \(file.version)"
            )
        }
        for (what, found, expected) in [
            ("model", file.origin.modelSHA256, origin.modelSHA256),
            ("adapter", file.origin.adapterSHA256 ?? "none", origin.adapterSHA256 ?? "none"),
            ("data", file.origin.dataSHA256, origin.dataSHA256),
            ("chat template", file.origin.templateSHA256 ?? "none", origin.templateSHA256 ?? "none"),
            ("number of pairs", "\(file.pairs.count)", "\(count)"),
        ] where found != expected {
            throw .invalid(
                path: path,
                reason:
                    "the reference's \(what) is \(found), and the run's is \(expected); put back the run's own file, or "
                    + "begin another run")
        }
        return file.pairs
    }

    /// Writes the scores, whole or not at all.
    public func write(to path: String) throws(RecordError) { try writeJSON(self, to: path) }
}
