import Statistics

/// F along a straight path, α from 0 to 1, for each probe.
struct Path {
    /// F at each α: [probe].
    let values: ([Float]) -> [[Float]]
    /// F at each α, and each head's part of ∂F/∂α: [probe] and [probe, head].
    let slopes: ([Float]) -> [(values: [Float], parts: [Float])]
}

/// Each head's part of F(1) − F(0): adaptive quadrature by the midpoint rule, starting with equal intervals
/// ("panels").
///
/// The heads' parts must add up to F(1) − F(0). If those of a probe miss it by more than 1 % (or 0.1 % of F's
/// total variation along the path, if that is more), its panels with the largest error are split in three,
/// which keeps the old midpoint. Each probe is refined alone, so that its score does not depend on the
/// others.
struct PathIntegral {
    /// [probe, 0, head]: of one layer.
    private(set) var shares: HeadArray<Float>
    /// F(1) − F(0): [probe].
    let changes: [Float]
    /// The number of points of each probe.
    private(set) var points: [Int]

    /// The tolerated error, relative to the change.
    static let tolerance: Float = 0.01
    /// The deepest nesting of splits.
    static let depth = 8
    /// The most points that may be added, as a multiple of the first points.
    static let most = 10

    /// - Parameters:
    ///   - ends: F(1): [probe].
    ///   - count: The number of panels to start with.
    ///   - alone: The path of a single probe, for refinement; nil for no refinement.
    init(_ path: Path, ends: [Float], heads: Int, points count: Int, alone: ((Int) -> Path)?) {
        let starts = path.values([0])[0]
        changes = zip(ends, starts).map { $0 - $1 }
        points = ends.map { _ in count }
        shares = HeadArray(repeating: 0, examples: ends.count, HeadGrid(layers: 1, heads: heads))
        let found = path.slopes((0..<count).map { (Float($0) + 0.5) / Float(count) })
        for point in found {
            for place in shares.indices { shares[place] += point.parts[place] / Float(count) }
        }
        guard let alone else { return }
        for probe in ends.indices {
            let values = [starts[probe]] + found.map { $0.values[probe] } + [ends[probe]]
            let miss = abs(shares[example: probe].reduce(0, +) - changes[probe])
            guard miss > Self.allowed(values) else { continue }
            let panels = DividedPanels(
                alone(probe), from: starts[probe], to: ends[probe],
                parts: found.map { Array(HeadArray($0.parts, shares.grid)[example: probe]) })
            shares[example: probe] = panels.shares[...]
            points[probe] = panels.panels.count
        }
    }

    /// The tolerated error for a sequence of values of F along the path: 1 % of the change or 0.1 % of the
    /// total variation, and never less than rounding.
    static func allowed(_ values: [Float]) -> Float {
        let distance = zip(values, values.dropFirst()).reduce(0) { $0 + abs($1.1 - $1.0) }
        let change = abs(values[values.count - 1] - values[0])
        return max(tolerance * max(change, distance / 10), 1e-5 * max(1, abs(values[0])))
    }
}

/// The panels of one probe, split until the heads' parts add up.
private struct DividedPanels {
    struct Panel {
        let from: Float
        let to: Float
        let values: (from: Float, to: Float)  // F at the ends of the panel
        let parts: [Float]  // ∂F/∂α at the midpoint: [head]
        let depth: Int

        var width: Float { to - from }
        var miss: Float { abs(width * parts.reduce(0, +) - (values.to - values.from)) }
    }

    private(set) var panels: [Panel]

    init(_ path: Path, from start: Float, to end: Float, parts: [[Float]]) {
        let count = parts.count
        let borders = (0...count).map { Float($0) / Float(count) }
        let values = [start] + path.values(Array(borders[1..<count])).map { $0[0] } + [end]
        panels = parts.indices.map {
            Panel(
                from: borders[$0], to: borders[$0 + 1], values: (values[$0], values[$0 + 1]),
                parts: parts[$0],
                depth: 0)
        }
        while let bad = missing(of: end, atMost: (PathIntegral.most + 1) * count) {
            let thirds = thirds(of: bad.map { panels[$0] }, on: path)
            for (panel, parts) in zip(bad, thirds).reversed() {
                panels.replaceSubrange(panel...panel, with: parts)
            }
        }
    }

    /// The panels whose error exceeds their part of the tolerance, ascending; nil if the total is within it
    /// or no further split is allowed.
    private func missing(of end: Float, atMost most: Int) -> [Int]? {
        let allowed = PathIntegral.allowed(panels.map(\.values.from) + [end])
        guard panels.reduce(0, { $0 + $1.miss }) > allowed else { return nil }
        let bad = panels.indices.filter {
            panels[$0].miss > allowed / Float(panels.count) && panels[$0].depth < PathIntegral.depth
        }
        let worst = bad.sorted { panels[$0].miss > panels[$1].miss }.prefix((most - panels.count) / 2)
        return worst.isEmpty ? nil : worst.sorted()
    }

    private func thirds(of divided: [Panel], on path: Path) -> [[Panel]] {
        let borders = divided.flatMap { [$0.from + $0.width / 3, $0.to - $0.width / 3] }
        let values = path.values(borders).map { $0[0] }
        let parts = path.slopes(divided.flatMap { [$0.from + $0.width / 6, $0.to - $0.width / 6] })
            .map(\.parts)
        return divided.enumerated().map { place, panel in
            let (first, second) = (2 * place, 2 * place + 1)
            func third(
                _ from: Float, _ to: Float, _ values: (Float, Float), _ parts: [Float]
            ) -> Panel {
                Panel(from: from, to: to, values: values, parts: parts, depth: panel.depth + 1)
            }
            return [
                third(panel.from, borders[first], (panel.values.from, values[first]), parts[first]),
                third(borders[first], borders[second], (values[first], values[second]), panel.parts),
                third(borders[second], panel.to, (values[second], panel.values.to), parts[second]),
            ]
        }
    }

    var shares: [Float] {
        panels.reduce(into: [Float](repeating: 0, count: panels[0].parts.count)) { sums, panel in
            for head in sums.indices { sums[head] += panel.width * panel.parts[head] }
        }
    }
}
