import HDF5

/// Writes what each dataset of a group is, as `long_name` and `units`, which xarray and netCDF readers show; 1 is the unit of
/// counts, places and names.
func describeDatasets(in file: borrowing HDF5File, below group: String) throws(HDF5Error) {
    for name in try file.children(of: group) {
        let path = "\(group)/\(name)"
        if try file.isGroup(path) {
            try describeDatasets(in: file, below: path)
            continue
        }
        let parent = lastName(group)
        guard let (words, units) = datasetNames["\(parent)/\(name)"] ?? datasetNames[name] else {
            preconditionFailure("\(path) has no long name")
        }
        try file.setAttribute("long_name", of: path, to: .string(words))
        try file.setAttribute("units", of: path, to: .string(units))
    }
}

/// The long name and the unit of each dataset, by its name, and where groups differ by that of its group before it.
private let datasetNames: [String: (words: String, units: String)] = [
    "id": ("name of the example", "1"),
    "layer": ("layer, from 0", "1"),
    "head": ("query head of the layer, from 0", "1"),
    "signed": ("score of the head: derivative of the loss by its gate; negative: the head helps", "nats"),
    "activation": ("mean absolute score over examples", "nats"),
    "activation_signed": ("mean score over examples", "nats"),
    "activation_stderr": ("standard error of the mean score", "nats"),
    "loss": ("mean loss of the example's supervised tokens", "nats"),
    "tokens": ("tokens of the example", "1"),
    "supervised_tokens": ("supervised tokens of the example", "1"),
    "token": ("token, the tokens of all examples one after the other, from 0", "1"),
    "token_scores": ("score of the head at a token; their sum over an example is signed", "nats"),

    "module": ("module of the layer", "1"),
    "modules/signed": ("score of the module: derivative of the loss by a gate on its output", "nats"),

    "key_value_head": ("key and value head of the layer, from 0", "1"),
    "signed_base": ("part of the score through the base weights", "nats"),
    "signed_adapter": ("part of the score through the adapter", "nats"),
    "norm": ("Frobenius norm of the head's part of the adapter's change of weights", "1"),
    "effective_rank": ("effective rank of the head's part of the adapter's change of weights", "1"),

    "axis": ("what tells a head", "1"),
    "ablated": ("ablated head: layer times heads, plus head", "1"),
    "ablated_head": ("layer and head of an ablated head", "1"),
    "ablation": ("loss as it is minus the loss with the head ablated", "nats"),
    "integrated": ("head that is integrated over: layer times heads, plus head", "1"),
    "integrated_head": ("layer and head of a head that is integrated over", "1"),
    "gate_ig": ("score by integrated gradients", "nats"),

    "step": ("training step, from 1", "1"),
    "row": ("an example of a step, in the order of steps, from 0", "1"),
    "telemetry/signed": ("mean score over the step's examples", "nats"),
    "telemetry/activation": ("mean absolute score over the step's examples", "nats"),
    "telemetry/loss": ("mean loss of the step's examples, before the update", "nats"),
    "drift_step": ("training step, 0 for the start", "1"),
    "drift/module": ("module, by its path in the model's files", "1"),
    "change": ("Frobenius norm of the module's change of weights since the start", "1"),
    "accuracy": ("share of test prompts of label 1 that the frozen classifier takes for 1", "1"),
    "logit": ("mean log-odds of these prompts", "nats"),
    "retrained_accuracy": ("balanced accuracy of a classifier fitted anew", "1"),
    "cosine": ("mean cosine of final states with those of the start", "1"),
    "margin": ("mean refusal margin, NaN without openings", "nats"),
    "examples/loss": ("mean loss of the example's supervised tokens, before the update", "nats"),
]
