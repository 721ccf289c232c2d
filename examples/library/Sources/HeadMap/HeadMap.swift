import Foundation
import SFTProbe

@main struct HeadMap {
    static func main() async throws {
        let computing = Computing()  // all processors, fp32

        // The model with its tokenizer and adapter, and the examples as tokens.
        let model = try OpenModel(name: "smollm2-135m", adapter: "runs/math/final")
        let data = try ReadingPlan(limit: 200).open("math.jsonl", model, computing)

        // The gradient of each example's loss at a gate on each head.
        let measurement = try await Arithmetic.$current.withValue(computing.arithmetic) {
            try await measureHeads(
                of: model.decoder, on: data.examples, task: "math", checkpoint: "trained", computing,
                from: Provenance(of: model, on: data, computing))
        }
        try PatternFile("math.h5").write(measurement, replacing: true)

        // The strongest heads.
        let pattern = measurement.pattern
        var table = Table([.text("head"), .number("mean |score|"), .number("mean score"), .number("t")])
        for head in pattern.strongest(10) {
            let numbers = [pattern.activation[head], pattern.signed[head], pattern.tValues[head]]
            table.add([pattern.grid.name(head)] + numbers.map { significant(Double($0)) })
        }
        print(table.terminal)

        // A page with all heads.
        let activation = pattern.activation.map { Double($0) }
        let map = HeatMap(
            title: "math, trained", layers: pattern.layers, heads: pattern.heads, values: activation,
            scale: .amounts(activation), legend: "mean |score|, nats")
        let page = Page(
            title: model.name, subtitle: "\(measurement.examples) examples",
            blocks: [.map(map), .table(table, caption: "The strongest heads")])
        try page.html.write(toFile: "math.html", atomically: true, encoding: .utf8)
    }
}
