import Foundation
import HeadActivation
import Statistics

/// Measurements as `--json` prints them. Names are public; numbers that are undefined are null.
struct PatternJSON: Encodable {
    let measurements: [Item]

    struct Item: Encodable {
        let task, checkpoint: String
        let examples, layers, heads: Int
        let model, modelSha256, adapter, data, dataSha256, templateSha256: String
        let method, reduction, precision, toolVersion, created: String
        let seed: Int
        let shard: String?
        var statistics: Statistics?
        var strongest: [Head]?

        init(_ summary: MeasurementSummary) {
            let provenance = summary.provenance
            (task, checkpoint) = (summary.task, summary.checkpoint)
            (examples, layers, heads) = (summary.examples, summary.layers, summary.heads)
            (model, modelSha256, adapter) = (
                provenance.model, provenance.modelSHA256, provenance.adapter ?? ""
            )
            (data, dataSha256) = (provenance.data, provenance.dataSHA256)
            templateSha256 = provenance.templateSHA256 ?? ""
            (method, reduction, precision) = (provenance.method, provenance.reduction, provenance.precision)
            (toolVersion, created, seed) = (provenance.toolVersion, provenance.created, provenance.seed)
            shard = provenance.shard?.description
        }

        init(_ digest: PatternDigest, strongest count: Int) {
            self.init(digest.summary)
            let numbers = digest.statistics
            statistics = Statistics(
                meanLoss: Number(numbers.meanLoss), gini: Range(numbers.gini),
                variation: Range(numbers.variation), variationDdof1: Range(numbers.sampleVariation),
                kurtosis: Range(numbers.kurtosis), kurtosisPearson: Range(numbers.pearsonKurtosis),
                kurtosisUnbiased: Range(numbers.unbiasedKurtosis), topShare: Range(numbers.topShare),
                topHeads: numbers.top, topHeadsShare: Range(numbers.topShareOfSeveral),
                layerShare: numbers.layers.map { Range($0) }, reliability: Number(numbers.reliability.value),
                reliabilityInterval: Range(numbers.reliability), examplesNeeded: numbers.examplesNeeded,
                meanSupervisedTokens: Number(numbers.meanSupervisedTokens))
            strongest = digest.strongest(count).map { head in
                Head(
                    layer: head.layer, head: head.head, activation: Number(head.activation),
                    share: Number(head.share), signed: Number(head.signed),
                    stderr: Number(head.standardError),
                    t: Number(head.t), q: Number(head.q), reading: head.reading)
            }
        }
    }

    struct Statistics: Encodable {
        let meanLoss: Number
        let gini, variation, variationDdof1, kurtosis, kurtosisPearson, kurtosisUnbiased, topShare: Range
        /// How many heads `topHeadsShare` counts.
        let topHeads: Int
        let topHeadsShare: Range
        let layerShare: [Range]
        let reliability: Number
        let reliabilityInterval: Range
        /// How many examples a reliability of 0.98 needs.
        let examplesNeeded: Int?
        let meanSupervisedTokens: Number
    }

    struct Head: Encodable {
        let layer, head: Int
        let activation, share, signed, stderr, t, q: Number
        let reading: SignVerdict
    }

    /// A number with its 95 % interval.
    struct Range: Encodable {
        let value, low, high: Number

        init(_ estimate: Estimate) {
            value = Number(estimate.value)
            (low, high) = (Number(estimate.interval?.low), Number(estimate.interval?.high))
        }
    }

    /// A number, or null when it is undefined.
    struct Number: Encodable {
        let value: Double?

        init(_ value: Double?) { self.value = value.flatMap { $0.isFinite ? $0 : nil } }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if let value { try container.encode(value) } else { try container.encodeNil() }
        }
    }
}

/// A value as `--json` prints it: keys in snake_case, sorted.
func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
