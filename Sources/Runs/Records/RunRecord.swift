public import HeadActivation
public import Records
import Training

/// The record of a run, `run.json`: everything needed to repeat it.
///
/// Keys are those of a measurement's attributes where both have them. Every flag is here with the value that
/// was used, also where the user gave none.
public struct RunRecord: Codable, Sendable, Equatable {
    /// The model as the user named it.
    public var model: String
    /// SHA-256 of the model's weights, in hexadecimal.
    public var modelSHA256: String
    /// The adapter that training began with, if any.
    public var adapter: String?
    /// SHA-256 of that adapter's weights.
    public var adapterSHA256: String?
    /// The data file as the user named it.
    public var data: String
    /// SHA-256 of the data file.
    public var dataSHA256: String
    /// SHA-256 of the chat template; `nil` when the data used none.
    public var templateSHA256: String?
    /// What the data held.
    public var counts: Counts
    /// Every flag that decides what the run computes.
    public var settings: Settings
    /// The random seed.
    public var seed: Int
    /// Threads of all workers; how many workers there were is in `arguments`.
    public var threads: Int
    /// The precision of matrix products, such as `fp32`.
    public var precision: String
    /// The kernels of the products, as OpenBLAS names them.
    public var kernels: String
    /// The version of the tool.
    public var toolVersion: String
    /// When the run began, as ISO 8601 in UTC.
    public var created: String
    /// The flags of `train` that make this run again, paths absolute.
    public var arguments: [String]
    /// The plan that makes this run again, paths absolute; nil in records of older versions, which have arguments alone.
    public var plan: TrainingPlan?

    /// The sizes of the data and of what is trained.
    public struct Counts: Codable, Sendable, Equatable {
        /// Examples that are trained on.
        public var examples: Int
        /// Records that were left out, as rejected or bad.
        public var leftOut: Int
        /// Tokens of the examples, prompts included.
        public var tokens: Int
        /// Supervised tokens.
        public var supervisedTokens: Int
        /// Trained tensors.
        public var trainedWeights: Int
        /// Trained parameters.
        public var trainedParameters: Int
        /// Parameters of the model, with those of an adapter.
        public var parameters: Int

        enum CodingKeys: String, CodingKey {
            case examples, tokens, parameters
            case leftOut = "left_out"
            case supervisedTokens = "supervised_tokens"
            case trainedWeights = "trained_weights"
            case trainedParameters = "trained_parameters"
        }

        /// The sizes of a run.
        public init(
            examples: Int, leftOut: Int, tokens: Int, supervisedTokens: Int, trainedWeights: Int,
            trainedParameters: Int,
            parameters: Int
        ) {
            self.examples = examples
            self.leftOut = leftOut
            self.tokens = tokens
            self.supervisedTokens = supervisedTokens
            self.trainedWeights = trainedWeights
            self.trainedParameters = trainedParameters
            self.parameters = parameters
        }
    }

    enum CodingKeys: String, CodingKey {
        case model, adapter, data, counts, settings, seed, threads, precision, kernels, created, arguments,
            plan
        case modelSHA256 = "model_sha256"
        case adapterSHA256 = "adapter_sha256"
        case dataSHA256 = "data_sha256"
        case templateSHA256 = "template_sha256"
        case toolVersion = "tool_version"
    }

    /// The record of a run.
    ///
    /// - Parameters:
    ///   - provenance: the model, the adapter and the data that are trained on, with their digests.
    ///   - counts: the sizes of the data and of what is trained.
    ///   - settings: every flag that decides what the run computes.
    ///   - threads: threads of all workers.
    ///   - kernels: the kernels of the products, as OpenBLAS names them.
    ///   - plan: what makes the run again.
    public init(
        of provenance: Provenance, counts: Counts, settings: Settings, threads: Int, kernels: String,
        plan: TrainingPlan
    ) {
        (model, modelSHA256) = (provenance.model, provenance.modelSHA256)
        (adapter, adapterSHA256) = (provenance.adapter, provenance.adapterSHA256)
        (data, dataSHA256) = (provenance.data, provenance.dataSHA256)
        templateSHA256 = provenance.templateSHA256
        (self.counts, self.settings) = (counts, settings)
        (seed, precision) = (provenance.seed, provenance.precision)
        (self.threads, self.kernels) = (threads, kernels)
        (toolVersion, created) = (provenance.toolVersion, provenance.created)
        (arguments, self.plan) = (plan.arguments, plan)
    }

    /// Reads the record of a run.
    ///
    /// - Throws: `missing` if there is none, `malformed` if it is not one.
    public init(path: String) throws(RecordError) { self = try readJSON(Self.self, at: path) }

    /// Writes the record, whole or not at all.
    public func write(to path: String) throws(RecordError) { try writeJSON(self, to: path) }
}
