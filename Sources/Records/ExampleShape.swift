/// The keys that tell what a record's shape is.
enum ExampleShape: CaseIterable {
    case messages, conversations, promptCompletion, instruction, questionAnswer, text

    /// The keys that a record of the shape has.
    var keys: [String] {
        switch self {
        case .messages: ["messages"]
        case .conversations: ["conversations"]
        case .promptCompletion: ["prompt", "completion"]
        case .instruction: ["instruction", "output"]
        case .questionAnswer: ["question", "answer"]
        case .text: ["text"]
        }
    }

    /// All keys that are read of such a record.
    var readKeys: Set<String> {
        var read = Set(keys).union(commonKeys).union(["counterfactual_prompt", "other_completion"])
        if self == .instruction { read.formUnion(["input", "history"]) }
        return read
    }

    /// The first shape whose keys are all there, and not null if there is such a one.
    init(of record: RecordObject) throws(BadLine) {
        let names = record.keys
        let filled = record.keysWithValues
        if filled.isSuperset(of: PreferenceLine.answers) {
            throw BadLine(
                reason:
                    "a record with chosen and rejected is a preference, for `train --objective preference`, `evaluate` and "
                    + "`data show`; give examples with one answer here")
        }
        guard
            let shape = Self.allCases.first(where: { filled.isSuperset(of: $0.keys) })
                ?? Self.allCases.first(where: { names.isSuperset(of: $0.keys) })
        else {
            let known = Self.allCases.map { $0.keys.joined(separator: " and ") }.joined(separator: ", or ")
            throw BadLine(reason: "expected a record with \(known); found the keys \(foundKeys(names))")
        }
        if shape == .questionAnswer, !names.isDisjoint(with: ["options", "choices"]) {
            throw BadLine(
                reason: "a question with options is for `evaluate`; give the answer's text as a completion")
        }
        self = shape
    }
}

/// Keys that are read in examples and questions of every shape.
let commonKeys: Set<String> = TemplateVariables.keys.union(["id", "task", "system"])
