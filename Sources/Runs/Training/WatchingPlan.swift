public import Evaluation

/// Which heads a training run measures, and when.
public struct ProbePlan: Codable, Sendable, Equatable {
    /// Steps between records of the training examples' head scores (telemetry); 0: none.
    public var every = 1
    /// The file of the examples that are measured before and after training; nil: the first ones of the data.
    public var data: String? = nil
    /// The task name of these measurements; nil: the file's name.
    public var task: String? = nil
    /// Steps after which they are measured as well.
    public var steps: [Int] = []
    /// How many of them are measured, from the start of the file; 0: none.
    public var limit = 64

    enum CodingKeys: String, CodingKey {
        case every = "probe_every"
        case data = "probe_data"
        case task = "probe_task"
        case steps = "probe_steps"
        case limit = "probe_limit"
    }

    /// The usual measurements.
    public init() {}
}

/// What a training run holds out, and when it is evaluated.
public struct HeldOutPlan: Codable, Sendable, Equatable {
    /// The file of held-out examples or multiple-choice questions; nil: nothing is held out.
    public var data: String? = nil
    /// How many of them are evaluated, from the start of the file; nil: all.
    public var limit: Int? = nil
    /// Steps between evaluations; 0: only before and after training.
    public var every = 0
    /// The rise of the held-out loss over its value before training, in nats, at which training ends; nil: never.
    public var stop: Double? = nil
    /// Where in a generated text the answer is; nil: after ####, where all references have that.
    public var extract: AnswerExtraction? = nil
    /// The most tokens of a generated answer; 0: none is generated.
    public var tokens = 128

    enum CodingKeys: String, CodingKey {
        case data = "evaluate_data"
        case limit = "evaluate_limit"
        case every = "evaluate_every"
        case stop = "evaluate_stop"
        case extract = "evaluate_extract"
        case tokens = "evaluate_tokens"
    }

    /// Nothing is held out.
    public init() {}
}
