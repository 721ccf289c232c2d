import JSON
import Foundation

/// Factors on the learning rate by module and phase, as a file of `--rates` has them.
///
///     {"format": "sft-probe/rates", "version": 1, "default": 1.0, "modules": {"*.self_attn.q_proj": 0.01}}
///     {"format": "sft-probe/rates", "version": 1,
///      "phases": [{"steps": 40, "default": 0, "modules": {"*.mlp.*": 1}}, {"default": 1, "modules": {}}]}
public struct Rates: Hashable, Sendable {
    /// The factor of the modules whose paths match a pattern.
    public struct Rule: Hashable, Sendable {
        /// A shell wildcard pattern; `*` stands for any text, dots included.
        public let pattern: String
        /// The factor on the learning rate; 0 freezes.
        public let factor: Double

        /// A rule.
        public init(pattern: String, factor: Double) { (self.pattern, self.factor) = (pattern, factor) }
    }

    /// How long a phase is.
    public enum Length: Hashable, Sendable {
        /// A number of optimizer steps.
        case steps(Int)
        /// A share of the run's steps, between 0 and 1.
        case share(Double)
    }

    /// The factors of some steps.
    public struct Phase: Hashable, Sendable {
        /// How long it is; nil for the rest of the run, which only the last phase may have.
        public let length: Length?
        /// The rules, of which the first that matches counts.
        public let rules: [Rule]
        /// The factor of modules that match no rule.
        public let usual: Double

        /// A phase.
        public init(length: Length? = nil, rules: [Rule], usual: Double = 1) {
            (self.length, self.rules, self.usual) = (length, rules, usual)
        }
    }

    /// The phases, one after the other; at least one.
    public let phases: [Phase]

    /// Factors phase by phase.
    public init(phases: [Phase]) {
        precondition(!phases.isEmpty, "no phase")
        self.phases = phases
    }

    /// Reads a file of rates.
    ///
    /// - Throws: `invalid` at a key that is not known, a factor that is no number or below 0, or a phase without an end
    ///   before the last.
    public init(path: String) throws(RecordError) {
        let bytes = try wholeFile(at: path)
        do throws(BadLine) {
            let json = try parsedRecord(bytes[...])
            if let key = json.repeated.min() {
                throw BadLine(reason: "\"\(key)\" stands twice in an object; leave one out")
            }
            try self.init(RecordObject(json.value, halves: json.halves))
        } catch { throw .invalid(path: path, reason: error.reason) }
    }

    private init(_ file: RecordObject) throws(BadLine) {
        guard file["format"] == .string("sft-probe/rates"), file["version"] == .int(1) else {
            throw BadLine(
                reason: "expected \"format\": \"sft-probe/rates\" and \"version\": 1, found "
                    + "\(written(file["format"])) and \(written(file["version"]))")
        }
        guard let list = file["phases"] else {
            try file.refuseKeys(besides: ["format", "version", "default", "modules"])
            phases = [try Phase(file)]
            return
        }
        try file.refuseKeys(besides: ["format", "version", "phases"])
        guard case .array = list else { throw file.mismatch("phases", list, "a list") }
        var phases: [Phase] = []
        for phase in try file.objects("phases") {
            try phase.refuseKeys(besides: ["steps", "default", "modules"])
            phases.append(try Phase(phase))
        }
        if let endless = phases.dropLast().firstIndex(where: { $0.length == nil }) {
            throw BadLine(
                reason:
                    "\"phases[\(endless)]\" has no \"steps\", so the phases after it never begin; give its steps"
            )
        }
        self.phases = phases
    }
}

extension Rates.Phase {
    fileprivate init(_ phase: RecordObject) throws(BadLine) {
        length =
            switch phase["steps"] {
            case nil: nil
            case .int(let steps)? where steps > 0: .steps(steps)
            case .double(let share)? where share > 0 && share < 1: .share(share)
            case .double(let steps)? where steps >= 1 && Int(exactly: steps) != nil: .steps(Int(steps))
            case let other?:
                throw BadLine(
                    reason:
                        "\"steps\" is \(written(other)), but must be a number of steps, or a share of the run below 1"
                )
            }
        usual = try phase["default"].map { (value) throws(BadLine) in try factor(value, "default") } ?? 1
        var rules: [Rates.Rule] = []
        if let modules = phase["modules"] {
            guard case .object(let members) = modules else {
                throw phase.mismatch("modules", modules, "an object of patterns and factors")
            }
            for member in members {
                rules.append(Rates.Rule(pattern: member.key, factor: try factor(member.value, member.key)))
            }
        }
        self.rules = rules
    }
}

extension RecordObject {
    /// Refuses keys that are not among those that are read.
    fileprivate func refuseKeys(besides read: Set<String>) throws(BadLine) {
        guard let key = keys.subtracting(read).min() else { return }
        throw BadLine(
            reason: "the key \"\(key)\" is not known; expected \(read.sorted().joined(separator: ", "))")
    }
}

/// A factor: a number, 0 or more.
private func factor(_ value: JSONValue, _ key: String) throws(BadLine) -> Double {
    switch value {
    case .int(let factor) where factor >= 0: return Double(factor)
    case .double(let factor) where factor >= 0 && factor.isFinite: return factor
    default:
        throw BadLine(
            reason: "the factor of \"\(key)\" is \(written(value)), but must be a number, 0 or more")
    }
}

/// A value as a message shows it.
private func written(_ value: JSONValue?) -> String {
    switch value {
    case nil: "nothing"
    case .int(let number)?: "\(number)"
    case .double(let number)?: "\(number)"
    case .string(let text)?: "\"\(text)\""
    case let other?: other.kind
    }
}
