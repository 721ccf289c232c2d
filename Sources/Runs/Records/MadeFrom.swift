import Foundation
public import HeadActivation
import ModelFiles
import Transformers

/// The version of the package, as records name it.
public let packageVersion = "0.1.0"

extension Provenance {
    /// What a measurement or a training that is made now comes from: the only place where it is put together.
    ///
    /// Files are hashed as they are now, and the precision is the one that products are computed in, which need not be
    /// the one that was asked for.
    public init(
        of open: OpenModel, on data: OpenData, _ computing: Computing, method: String = "gate",
        reduction: String = "example-mean", shard: Shard? = nil
    ) throws {
        try self.init(
            of: open, on: data.path, dataSHA256: sha256(ofData: data.path), computing, method: method,
            reduction: reduction, shard: shard)
        (templateSHA256, templateDate) = (data.templateSHA256, data.templateDate)
    }

    /// The same of data that are no file.
    public init(
        of open: OpenModel, on data: String, dataSHA256: String, _ computing: Computing,
        method: String = "gate", reduction: String = "example-mean", shard: Shard? = nil
    ) throws {
        self.init(
            model: open.name, modelSHA256: try open.digest(), adapter: open.adapter?.path,
            adapterSHA256: try open.adapterDigest(), data: data, dataSHA256: dataSHA256, method: method,
            reduction: reduction, precision: Computing.usedPrecision, seed: computing.seed,
            toolVersion: packageVersion, created: Date().formatted(.iso8601), shard: shard)
    }
}
