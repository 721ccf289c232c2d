import ArgumentParser
import Evaluation
import Runs
import Training

/// What a training minimises.
struct ObjectiveOptions: ParsableArguments {
    @Option(
        help:
            "What is minimised: supervised (the loss of answers) or preference (DPO, on records with chosen and rejected answers)."
    )
    var objective = RunObjective.supervised
    @Option(
        parsing: .unconditional,
        help: "With --objective preference: how strongly the model is held to its reference (default: 0.1).")
    var beta: Double?
    @Option(help: "With --objective preference: sigmoid (DPO) or ipo (default: sigmoid).")
    var loss: PreferenceLoss.Form?
    @Option(
        help:
            "With --objective preference: the share of pairs that may be the wrong way round, below 0.5 (default: 0)."
    )
    var labelSmoothing: Double?
    @Option(
        help: "With --objective preference: the weight of the chosen answers' supervised loss (default: 0).")
    var sftWeight: Double?
}

/// The steps of a training: examples, learning rate, memory.
struct StepOptions: ParsableArguments {
    @Option(help: "Peak learning rate (default: 2e-4 with LoRA, otherwise 2e-5).") var learningRate: Double?
    @Option(
        help:
            "Learning-rate schedule after warm-up: constant, linear (to 0) or cosine (to 0) (default: linear).",
        completion: .names(of: Schedule.Shape.self),
        transform: oneOf(Schedule.Shape.self, for: "--schedule"))
    var schedule = Schedule.Shape.linear
    @Option(help: "Warm-up steps, in which the learning rate rises linearly from 0.") var warmupSteps = 0
    @Option(help: "Decoupled weight decay of AdamW, on matrices only.") var weightDecay = 0.0
    @Option(
        help:
            "File of factors on the learning rate by module and phase; 0 freezes (default: 1 for all). docs/training.md has the format.",
        completion: .file()
    )
    var rates: String?
    @Option(help: "Examples per optimizer step.") var batchSize = 8
    @Option(help: "Passes over the data (default: 1).") var epochs: Int?
    @Option(help: "Number of optimizer steps; replaces --epochs (default: by --epochs).") var maxSteps: Int?
    @Option(help: "Order of the examples in an epoch: given (as in the file) or shuffled (by --seed).")
    var order = TrainingPlan.Order.shuffled
    @Option(help: "Clip the global gradient norm to this value; 0 turns clipping off.") var clipNorm = 1.0
    @Flag(
        help:
            "Gradient checkpointing: keep only the inputs of layers and recompute the rest in the backward pass. Less memory, about a third more time."
    )
    var recompute = false
    @Option(help: "Steps between checkpoints; 0 writes none.") var checkpointEvery = 100
}

/// The adapter that a training makes.
struct LoRAOptions: ParsableArguments {
    @Option(help: "Train a LoRA adapter of this rank (default: train all weights).") var loraRank: Int?
    @Option(help: "LoRA alpha; the adapter is scaled by alpha / rank (default: twice the rank).")
    var loraAlpha: Double?
    @Option(
        help:
            "Projections to adapt, by the ends of their names, separated by commas, or all-linear (default: all-linear)."
    )
    var loraTargets: String?
    @Option(help: "Dropout probability on the adapter's inputs.") var loraDropout = 0.0
    @Flag(help: "rsLoRA: scale by alpha / √rank instead of alpha / rank.") var loraStabilized = false
}

/// Tokens that a training gives the model.
struct NewTokenOptions: ParsableArguments {
    @Option(
        help:
            "New tokens for the model's vocabulary: separated by commas, or a file with one on each line (default: none). With LoRA the embedding, and a head of its own, are trained whole and saved with the adapter.",
        completion: .file()
    )
    var newTokens: String?
    @Flag(
        help:
            "Make the new tokens special: text shown without special tokens leaves them out (with --new-tokens)."
    )
    var newTokensSpecial = false
}

/// Which head scores a training records.
struct HeadProbeOptions: ParsableArguments {
    @Option(
        help:
            "Record the head scores of the training examples (telemetry) every this many steps; 0 records none."
    )
    var probeEvery = 1
    @Option(
        help:
            "Examples whose head scores are measured before and after training (default: the first examples of --data).",
        completion: .file()
    ) var probeData: String?
    @Option(help: "Task name of these measurements in patterns.h5 (default: the file's name).")
    var probeTask: String?
    @Option(help: "Steps after which to measure as well, separated by commas (default: none).")
    var probeSteps: String?
    @Option(help: "Number of examples to measure, from the start of the file; 0 measures nothing.")
    var probeLimit = 64
}

/// What a training is evaluated on.
struct HeldOutOptions: ParsableArguments {
    @Option(
        help:
            "Held-out examples or multiple-choice questions to evaluate before and after training (default: none).",
        completion: .file()
    )
    var evaluateData: String?
    @Option(help: "Evaluate only this many of them, from the start of the file (default: all).")
    var evaluateLimit: Int?
    @Option(help: "Steps between evaluations; 0 evaluates only before and after training.")
    var evaluateEvery = 0
    @Option(
        help:
            "Stop early once the held-out loss is this many nats above its value before training (default: never)."
    )
    var evaluateStop: Double?
    @Option(
        help: ArgumentHelp(
            "How the answer is found in generated text, as for `evaluate`. Default: hash where all references have "
                + "####, else nothing is generated and only the loss is computed.",
            valueName: "hash|last-number|regex=…|none"),
        completion: .list(["hash", "last-number", "none"]), transform: answerExtraction)
    var evaluateExtract: AnswerExtraction?
    @Option(help: "Maximum number of generated tokens per held-out answer; 0 generates none.")
    var evaluateTokens =
        128
}

/// A behaviour that a training follows.
struct GuardOptions: ParsableArguments {
    @Option(
        name: .customLong("guard"),
        help:
            "Follow a behaviour every --probe-every steps: prompts with label and split, as for `robustness measure` (default: none).",
        completion: .file())
    var guarded: String?
    @Option(
        help:
            "Openings of answers that refuse and comply, for the refusal margin: a JSON file, or usual for English ones.",
        completion: .file())
    var guardOpenings = "usual"
    @Flag(help: "Make the guard's prompts that are strings what a user says, by the chat template.")
    var guardChat = false
}

/// What every training takes, whatever it minimises.
struct TrainingFlags: ParsableArguments {
    @OptionGroup(title: "Steps") var steps: StepOptions
    @OptionGroup(title: "LoRA adapter") var lora: LoRAOptions
    @OptionGroup(title: "Head scores") var probe: HeadProbeOptions
    @OptionGroup(title: "Guarded behaviour") var guarding: GuardOptions
    @OptionGroup(title: "Held-out data") var heldOut: HeldOutOptions
    @OptionGroup(title: "Computing") var options: RunOptions
}
