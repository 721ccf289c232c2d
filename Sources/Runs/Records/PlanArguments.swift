import Foundation

extension TrainingPlan {
    /// The plan as flags of `train`. The keys of a plan are the flags' names, so none is named here.
    public var arguments: [String] {
        guard let data = try? JSONEncoder().encode(self),
            let tree = try? JSONDecoder().decode(Leaf.self, from: data)
        else { return [] }
        return tree.flags(named: "")
    }
}

extension TrainingPlan {
    /// The same with the absolute paths of files, so that it can be carried on from any folder.
    var withAbsolutePaths: TrainingPlan {
        func absolute(_ path: String) -> String { URL(filePath: path).absoluteURL.path }
        var plan = self
        // The name of a pulled model is no path.
        if FileManager.default.fileExists(atPath: model) { plan.model = absolute(model) }
        plan.adapter = adapter.map(absolute)
        (plan.data, plan.output) = (absolute(data), absolute(output))
        plan.rates = rates.map(absolute)
        plan.probe.data = probe.data.map(absolute)
        plan.evaluation.data = evaluation.data.map(absolute)
        plan.languages?.subspaces = absolute(languages?.subspaces ?? "")
        plan.guarded?.data = absolute(guarded?.data ?? "")
        if let openings = guarded?.openings, openings != "usual" {
            plan.guarded?.openings = absolute(openings)
        }
        return plan
    }
}

/// A value of JSON, to be written as flags.
private enum Leaf: Decodable {
    case flag(Bool)
    case word(String)
    case words([String])
    case group([String: Leaf])

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.singleValueContainer() {
            if let value = try? container.decode(Bool.self) { self = .flag(value); return }
            if let value = try? container.decode(Int.self) { self = .word("\(value)"); return }
            if let value = try? container.decode(Double.self) { self = .word("\(value)"); return }
            if let value = try? container.decode(String.self) { self = .word(value); return }
            if let value = try? container.decode([Int].self) { self = .words(value.map { "\($0)" }); return }
            if let value = try? container.decode([String].self) { self = .words(value); return }
        }
        self = .group(try [String: Leaf](from: decoder))
    }

    func flags(named name: String) -> [String] {
        let flag = "--" + name.replacing("_", with: "-")
        return switch self {
        case .flag(let isSet): isSet ? [flag] : []
        case .word(let word): ["\(flag)=\(word)"]
        case .words(let words): words.isEmpty ? [] : ["\(flag)=\(words.joined(separator: ","))"]
        case .group(let members): members.sorted { $0.key < $1.key }.flatMap { $1.flags(named: $0) }
        }
    }
}
