import ModelFiles
import ModelHub
import Runs

/// The arguments of a command with the model under its adapter, where `--adapter` or `--checkpoints` is given and `--model`
/// is not: by `base_model_name_or_path` of the adapter, if that is a path or in a cache.
///
/// - Returns: The arguments, and a sentence about the model that was taken.
/// - Throws: where the adapter names none, or one that is not there.
func withBaseModel(_ arguments: [String]) throws -> (arguments: [String], remark: String?) {
    let (given, folder) = (value(of: "adapter", in: arguments), value(of: "checkpoints", in: arguments))
    guard value(of: "model", in: arguments) == nil, let named = given ?? folder else {
        return (arguments, nil)
    }
    let (command, _, rest) = try CommandTree.ofTool().find(arguments)
    let needsModel = ["model", "adapter"].allSatisfy { command.argument(named: $0) != nil }
    guard needsModel, Set(arguments).isDisjoint(with: ["--resume", "--help", "-h"]) else {
        return (arguments, nil)
    }
    guard let adapter = given ?? TrainedState.adapter(in: named), let base = try baseModel(ofAdapter: adapter)
    else {
        throw UnusableData(
            description: "\(named) does not name the model that was trained; give it with --model.")
    }
    do throws(HubError) { _ = try resolveModel(base) } catch {
        throw UnusableData(
            description:
                "\(adapter) was trained on \(base), which is neither a path nor in a cache; give the model with --model"
                + (looksLikePath(base) ? "." : ", or fetch it with: sft-probe model pull \(base)"))
    }
    return (
        arguments.prefix(arguments.count - rest.count) + ["--model=\(base)"] + rest,
        "--model \(base): base_model_name_or_path of \(adapter)"
    )
}

/// The value of an option among arguments; nil where it is not given.
private func value(of name: String, in arguments: [String]) -> String? {
    let words = arguments.prefix { $0 != "--" }
    if let index = words.lastIndex(of: "--\(name)"), index + 1 < words.endIndex { return words[index + 1] }
    return words.last { $0.hasPrefix("--\(name)=") }.map { String($0.dropFirst(name.count + 3)) }
}
