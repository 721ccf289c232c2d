import Foundation
import Kernels
public import Statistics

/// One place of a model that is probed.
public struct ProbePlace: Sendable, Hashable {
    /// `residual`, `head`, `mlp` or `final`.
    public let site: String
    /// The layer; for `final`, the number of layers.
    public let layer: Int
    /// The head; nil where a site has none.
    public let head: Int?
}

/// What a linear probe reads off at one place.
public struct ProbeResult: Sendable {
    /// The place.
    public let place: ProbePlace
    /// What was read, example by example.
    public let reading: ProbeReading
    /// The accuracy's 95 % interval, by Wilson's method with as many examples as groups let count.
    public let interval: Interval
    /// The mean over labels of their accuracy.
    public let balancedAccuracy: Double
    /// The intervals of the other figures.
    public let intervals: ReadingIntervals
    /// The area under the curve; nil for more than two labels.
    public let areaUnderCurve: Double?
    /// The mean accuracy on shuffled labels; nil without a control.
    public let control: Double?
    /// The chance of as high an accuracy by shuffled labels: (1 + how many reached it) / (1 + how many there were).
    public let p: Double?

    /// Accuracy less that of the control (Hewitt and Liang 2019).
    public var selectivity: Double? { control.map { reading.accuracy - $0 } }
}

/// How states are probed.
public struct ProbeSettings: Sendable, Equatable {
    /// How many folds.
    public var folds = 5
    /// The weight of the penalty.
    public var l2 = 1.0
    /// How many times labels are shuffled for the control; 0 for none.
    public var controls = 20
    /// The seed of what is shuffled and drawn.
    public var seed = 0

    /// The usual settings: five folds, a penalty of 1, twenty controls.
    public init() {}
}

extension States {
    /// The places that can be probed, and how many features each has.
    public var places: [ProbePlace] {
        let blocks = sites[.head] ?? sites[.mlp]
        let top = layers.last ?? 0
        var places: [ProbePlace] = []
        if sites[.residual] != nil {
            places += layers.map { ProbePlace(site: "residual", layer: $0, head: nil) }
        }
        let below = Swift.Array(layers.prefix(blocks?.shape[1] ?? 0))
        if let heads = sites[.head]?.shape[2] {
            places += below.flatMap { layer in
                (0..<heads).map { ProbePlace(site: "head", layer: layer, head: $0) }
            }
        }
        if sites[.mlp] != nil { places += below.map { ProbePlace(site: "mlp", layer: $0, head: nil) } }
        if final != nil { places.append(ProbePlace(site: "final", layer: top, head: nil)) }
        return places
    }

    /// The features of a place: [example, feature], of some of the texts.
    func features(_ place: ProbePlace, of texts: [Int]) -> DoubleMatrix {
        let array = StateSite(rawValue: place.site).flatMap { sites[$0] } ?? final
        guard let array, let layer = place.site == "final" ? 0 : layers.firstIndex(of: place.layer) else {
            return DoubleMatrix(rows: 0, columns: 0, [])
        }
        let width = array.shape.last ?? 0
        let perRow = array.shape.dropFirst().reduce(1, *)
        let start =
            place.site == "final"
            ? 0 : (layer * (place.head == nil ? 1 : array.shape[2]) + (place.head ?? 0)) * width
        return DoubleMatrix(
            rows: texts.count, columns: width,
            texts.flatMap { text in
                array.values[text * perRow + start..<text * perRow + start + width].map(Double.init)
            })
    }

    /// Probes every place for a label.
    ///
    /// - Parameters:
    ///   - texts: the texts that are used; each has one row.
    ///   - labels: their labels, from 0 to `classes` − 1.
    ///   - classes: how many labels there are.
    ///   - folds: which texts are held out together.
    ///   - settings: the penalty, the number of controls and the seed.
    ///   - workers: places probed at a time.
    ///   - progress: is told how many places were finished since it was told last.
    /// - Returns: the places' results in their order; a place where a training fold had one label alone is left out.
    nonisolated(nonsending) public func probed(
        texts: [Int], labels: [Int], classes: Int, folds: ProbeFolds, _ settings: ProbeSettings, workers: Int,
        progress: (_ places: Int) -> Void = { _ in }
    ) async -> [ProbeResult] {
        let all =
            [labels] + (0..<settings.controls).map { folds.shuffled(labels, seed: settings.seed, stream: $0) }
        let draws = (0..<1000).map { drawnCounts(folds.groups, seed: settings.seed, resample: $0) }
        let places = places
        var found = [ProbeResult?](repeating: nil, count: places.count)
        await withTaskGroup(of: (Int, ProbeResult?).self) { group in
            var next = 0
            func start() {
                guard next < places.count else { return }
                let index = next
                next += 1
                group.addTask(executorPreference: globalConcurrentExecutor) {
                    let readings = probe(
                        features(places[index], of: texts), labels: all, classes: classes, folds: folds,
                        l2: settings.l2)
                    return (
                        index,
                        readings[0].map {
                            result($0, readings.dropFirst(), places[index], labels, folds, draws)
                        }
                    )
                }
            }
            for _ in 0..<max(1, workers) { start() }
            for await (index, result) in group {
                found[index] = result
                progress(1)
                start()
            }
        }
        return found.compactMap(\.self)
    }
}

private func result(
    _ reading: ProbeReading, _ controls: ArraySlice<ProbeReading?>, _ place: ProbePlace, _ labels: [Int],
    _ folds: ProbeFolds, _ draws: [[Int32]]
) -> ProbeResult {
    let accuracies = controls.compactMap { $0?.accuracy }
    let asHigh = accuracies.count { $0 >= reading.accuracy }
    return ProbeResult(
        place: place, reading: reading, interval: accuracyInterval(reading.isRight, folds),
        balancedAccuracy: balancedAccuracy(reading.isRight, labels),
        intervals: ReadingIntervals(reading, labels: labels, group: folds.group, draws),
        areaUnderCurve: reading.scores.isEmpty
            ? nil : AreaUnderCurve(reading.scores, isPositive: labels.map { $0 == 1 }).value,
        control: accuracies.isEmpty ? nil : accuracies.reduce(0, +) / Double(accuracies.count),
        p: accuracies.isEmpty ? nil : Double(1 + asHigh) / Double(1 + accuracies.count))
}
