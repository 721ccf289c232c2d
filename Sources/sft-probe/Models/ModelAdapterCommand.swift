import ArgumentParser
import Foundation
import Reports
import Runs
import Transformers

/// `model adapter`
struct ModelAdapter: ParsableCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapter",
        abstract: "Show how much a LoRA adapter changes the weights of each attention head.",
        discussion: """
            Prints the Frobenius norm and the effective rank of each head's slice of ΔW = s·B·A: rows of q, k and v, columns \
            of o; query heads for q and o, key/value heads for k and v. The effective rank is exp(entropy of σ/Σσ) over \
            the singular values σ; it is 1 if ΔW has a single direction.

            Example: sft-probe model adapter smollm2-135m run/final
            """)

    @Argument(
        help: "The model: a Hugging Face folder, a .gguf file, or the name of a pulled model (`model pull`).",
        completion: .file())
    var model: String
    @Argument(help: "Folder of a LoRA adapter (PEFT or MLX).", completion: .file()) var adapter: String
    @Option(help: "Number of heads to show, most changed first.") var top = 10
    @Flag(help: "Print JSON with every head of every adapted projection.") var json = false
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    private struct Head: Encodable {
        let projection: String
        let layer, head: Int
        let norm, effectiveRank: Double
    }

    private struct Heads: Encodable {
        let model, adapter: String
        let heads: [Head]
    }

    func validate() throws {
        guard top >= 0 else { throw ValidationError("--top is \(top), but must not be negative.") }
    }

    func run() throws {
        let decoder = try OpenModel(name: model, adapter: adapter, warn: standardError).decoder
        let changed = AttentionProjection.allCases.filter { projection in
            decoder.blocks.contains { $0.attention.change(of: projection) != nil }
        }
        guard !changed.isEmpty else {
            throw UnusableData(
                description:
                    "\(adapter) holds no pair on a projection of attention that stays apart from the weights, so "
                    + "there is no change of heads to show; give an adapter with q_proj, k_proj, v_proj or o_proj, "
                    + "without learned magnitudes.")
        }
        let heads = try changed.map { (projection: $0, sizes: try changeSizes(of: $0, in: decoder)) }
        if json {
            let list = heads.flatMap { projection, sizes in
                sizes.enumerated().map { place, size in
                    let count = sizes.count / decoder.layers
                    return Head(
                        projection: projection.rawValue, layer: place / count, head: place % count,
                        norm: size.norm, effectiveRank: size.effectiveRank)
                }
            }
            return print(try jsonText(Heads(model: model, adapter: adapter, heads: list)))
        }
        printTables(heads, layers: decoder.layers)
    }

    private func printTables(
        _ heads: [(projection: AttentionProjection, sizes: [ChangeSize])], layers: Int
    ) {
        var table = Table(
            [.text("layer")]
                + heads.flatMap { [.number("\($0.projection.rawValue) ‖ΔW‖"), .number("effective rank")] })
        for layer in 0..<layers {
            let cells = heads.flatMap { _, sizes in
                let count = sizes.count / layers
                let own = sizes[layer * count..<(layer + 1) * count]
                let norm = own.reduce(0) { $0 + $1.norm * $1.norm }.squareRoot()
                let rank = own.reduce(0) { $0 + $1.effectiveRank } / Double(count)
                return [significant(norm), fixed(rank, decimals: 2)]
            }
            table.add(["L\(layer)"] + cells)
        }
        print("‖ΔW‖ of all heads of a layer together; effective rank, mean over its heads")
        print(table.fitted)
        guard top > 0 else { return }
        print("Most changed heads")
        print(mostChanged(heads, layers: layers).fitted, terminator: "")
    }

    private func mostChanged(
        _ heads: [(projection: AttentionProjection, sizes: [ChangeSize])], layers: Int
    ) -> Table {
        var table = Table([
            .text("projection"), .text("head"), .number("‖ΔW‖"), .number("effective rank"),
        ])
        let all = heads.flatMap { projection, sizes in
            sizes.enumerated().map {
                (projection: projection, place: $0, size: $1, count: sizes.count / layers)
            }
        }
        for one in all.sorted(by: { $0.size.norm > $1.size.norm }).prefix(top) {
            table.add([
                one.projection.rawValue,
                "L\(one.place / one.count).\(one.projection.isShared ? "KV" : "H")\(one.place % one.count)",
                significant(one.size.norm), fixed(one.size.effectiveRank, decimals: 2),
            ])
        }
        return table
    }
}
