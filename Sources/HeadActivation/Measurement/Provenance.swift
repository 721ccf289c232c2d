/// What a measurement was made from and how, so that it can be made again.
public struct Provenance: Sendable, Equatable {
    /// The model as the user named it.
    public var model: String
    /// SHA-256 of the model's weights, in hexadecimal.
    public var modelSHA256: String
    /// The adapter that was applied, if any.
    public var adapter: String?
    /// SHA-256 of the adapter's files, in hexadecimal; `nil` without an adapter.
    public var adapterSHA256: String?
    /// The data file as the user named it.
    public var data: String
    /// SHA-256 of the data file, in hexadecimal.
    public var dataSHA256: String
    /// SHA-256 of the chat template; `nil` when the data used none.
    public var templateSHA256: String?
    /// The date that the chat template printed, as in 2026-11-30; `nil` when it printed none.
    public var templateDate: String?
    /// How the scores were made, such as `gate`.
    public var method: String
    /// How the token losses of an example became one: `example-mean`, `example-sum` or `batch-token-mean`.
    public var reduction: String
    /// The arithmetic, such as `fp32`.
    public var precision: String
    /// The seed of everything that was drawn.
    public var seed: Int
    /// The version of the tool that measured.
    public var toolVersion: String
    /// When, as ISO 8601 in UTC.
    public var created: String
    /// Which part of the data was measured; `nil` for all of it.
    public var shard: Shard?

    /// Says what a measurement was made from.
    public init(
        model: String, modelSHA256: String, adapter: String? = nil, adapterSHA256: String? = nil,
        data: String,
        dataSHA256: String, templateSHA256: String? = nil, method: String, reduction: String,
        precision: String, seed: Int,
        toolVersion: String, created: String, shard: Shard? = nil
    ) {
        self.model = model
        self.modelSHA256 = modelSHA256
        self.adapter = adapter
        self.adapterSHA256 = adapterSHA256
        self.data = data
        self.dataSHA256 = dataSHA256
        self.templateSHA256 = templateSHA256
        self.method = method
        self.reduction = reduction
        self.precision = precision
        self.seed = seed
        self.toolVersion = toolVersion
        self.created = created
        self.shard = shard
    }
}
