import Records
import Reports
import Runs
import Tensor
import Training
import Transformers

/// The modules of a model, by which `train --rates` sets learning rates.
struct ModuleList: Encodable {
    struct Module: Encodable {
        let module: String
        /// The extents of each weight, by its part of the name.
        var shapes: [String: [Int]]
        /// The factor on the learning rate in each phase of a file of rates; none without a file, and where nothing of the
        /// module is trained.
        let factors: [Double]?
    }

    let modules: [Module]

    /// - Parameter ratesFile: a file of `--rates`, whose patterns must match.
    init(_ decoder: Decoder, ratesFile: String?) throws {
        var (copy, shapes) = (decoder, [String: [String: [Int]]]())
        copy.visitWeights { name, weight in
            let module = modulePath(of: name)
            shapes[module, default: [:]][String(name.dropFirst(module.count + 1))] = weight.shape.axes
        }
        let all = decoder.allModules
        let phases = try ratesFile.map { path in
            let rates = try Rates(path: path)
            do throws(RatesError) {
                return try rates.phases.map { (phase) throws(RatesError) in
                    try moduleFactors(phase, of: decoder.trainedModules, others: all)
                }
            } catch { throw UnusableData(description: "\(path): \(error).") }
        }
        modules = all.map { name in
            Module(
                module: name, shapes: shapes[name] ?? [:],
                factors: phases.map { phases in phases.compactMap { $0[name] } }.flatMap {
                    $0.isEmpty ? nil : $0
                })
        }
    }

    /// For people.
    var text: String {
        let hasFactors = modules.contains { $0.factors != nil }
        var table = Table([.text("module"), .text("weights")] + (hasFactors ? [.text("factor")] : []))
        for module in modules {
            let shapes = module.shapes.sorted { $0.key > $1.key }.map { part, axes in
                "\(part) \(axes.map(String.init).joined(separator: " × "))"
            }
            let factors = module.factors?.map { $0 == 0 ? "frozen" : significant($0) } ?? ["not trained"]
            table.add(
                [module.module, shapes.joined(separator: ", ")]
                    + (hasFactors ? [factors.joined(separator: ", then ")] : []))
        }
        return table.fitted
    }
}
