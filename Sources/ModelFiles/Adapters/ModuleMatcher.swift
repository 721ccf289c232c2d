import Foundation
import Synchronization

/// The first expression of a configuration that took too long.
private final class SlowExpression: Sendable {
    private let noted = Mutex<String?>(nil)

    var pattern: String? {
        get { noted.withLock { $0 } }
        set { noted.withLock { $0 = $0 ?? newValue } }
    }
}

/// Finds the modules that an adapter's configuration means, by the rules of PEFT 0.21.
public struct ModuleMatcher: Sendable {
    private enum Names: Sendable {
        case endings([String])
        case expression(NSRegularExpression)
    }

    private let configuration: AdapterConfiguration
    private let targets: Names?
    private let excluded: Names
    private let saved: [NSRegularExpression]
    private let layers: [NSRegularExpression]
    private let ranks: [(expression: NSRegularExpression, rank: Int)]
    private let alphas: [(expression: NSRegularExpression, alpha: Double)]
    private let slow = SlowExpression()

    /// Compiles what a configuration says in regular expressions; `path` is where it says it.
    public init(_ configuration: AdapterConfiguration, path: String) throws(ModelFileError) {
        func whole(_ pattern: String, _ key: String) throws(ModelFileError) -> NSRegularExpression {
            // Python names groups in another way than ICU.
            let translated = "\\A(?:\(pattern.replacing("(?P<", with: "(?<")))\\z"
            guard let expression = try? NSRegularExpression(pattern: translated) else {
                throw .malformed(
                    path: path, place: "field \(key)", expected: "a regular expression",
                    found: "\"\(pattern)\"")
            }
            return expression
        }
        func names(_ modules: AdapterConfiguration.Modules, _ key: String) throws(ModelFileError) -> Names {
            switch modules {
            case .names(let names): .endings(names)
            case .expression(let pattern): .expression(try whole(pattern, key))
            }
        }
        self.configuration = configuration
        targets =
            if case .modules(let modules) = configuration.targets {
                try names(modules, "target_modules")
            } else {
                nil
            }
        excluded = try names(configuration.excluded ?? .names([]), "exclude_modules")
        saved = try configuration.savedModules.map { (name) throws(ModelFileError) in
            try whole("(.*\\.)?\(name)(\\..*)?", "modules_to_save")
        }
        let before =
            configuration.layerNames.isEmpty
            ? [".*?\\.[^.]*"] : configuration.layerNames.map { "(?:.*?\\.)?\($0)" }
        layers = try before.map { (pattern) throws(ModelFileError) in
            try whole("\(pattern)\\.(\\d+)\\..*", "layers_pattern")
        }
        ranks = try configuration.ranks.map { (rank) throws(ModelFileError) in
            (try whole("(?:.*\\.)?(?:\(rank.pattern))", "rank_pattern"), rank.value)
        }
        alphas = try configuration.alphas.map { (alpha) throws(ModelFileError) in
            (try whole("(?:.*\\.)?(?:\(alpha.pattern))", "alpha_pattern"), alpha.value)
        }
    }

    /// The first expression that took too long, and was given up; what was asked since then is not answered.
    public var slowExpression: String? { slow.pattern }

    /// Whether a module is adapted.
    ///
    /// - Parameters:
    ///   - module: Its full name, such as `model.layers.0.self_attn.q_proj`.
    ///   - isLinear: Whether it is one of the linear layers, the head of the model not among them.
    ///   - familyTargets: The names that PEFT takes for the family where the configuration names none.
    public func matches(_ module: String, isLinear: Bool, familyTargets: [String]) -> Bool {
        guard !matches(module, excluded), !saved.contains(where: { $0.matches(module, slow) }) else {
            return false
        }
        switch configuration.targets {
        case .allLinear: return isLinear
        case .familyDefault: return matches(module, .endings(familyTargets)) && isInLayers(module)
        case .modules(let modules):
            guard let targets, matches(module, targets) else { return false }
            if case .names(let names) = modules { return names.contains(module) || isInLayers(module) }
            return true
        }
    }

    /// The rank of a module's pair.
    public func rank(of module: String) -> Int {
        ranks.first { $0.expression.matches(module, slow) }?.rank ?? configuration.rank
    }

    /// What a module's pair is multiplied by.
    public func scale(of module: String) -> Float {
        let alpha = alphas.first { $0.expression.matches(module, slow) }?.alpha ?? configuration.alpha
        let rank = Double(rank(of: module))
        return Float(alpha / (configuration.isRankStabilized ? rank.squareRoot() : rank))
    }

    private func matches(_ module: String, _ names: Names) -> Bool {
        switch names {
        case .endings(let names): names.contains { module == $0 || module.hasSuffix(".\($0)") }
        case .expression(let expression): expression.matches(module, slow)
        }
    }

    /// Whether the first number in a name is that of a layer that is adapted.
    private func isInLayers(_ module: String) -> Bool {
        guard !configuration.layers.isEmpty else { return true }
        let range = NSRange(module.startIndex..., in: module)
        let match = layers.lazy.compactMap { $0.firstMatch(in: module, range: range) }.first
        let digits = match.flatMap { Range($0.range(at: $0.numberOfRanges - 1), in: module) }
        return digits.flatMap { Int(module[$0]) }.map(configuration.layers.contains) ?? false
    }
}

extension NSRegularExpression {
    /// Whether a text has a match; an expression that takes more than a second is given up, with all that follow.
    fileprivate func matches(_ text: String, _ slow: SlowExpression) -> Bool {
        guard slow.pattern == nil else { return false }
        let (start, whole) = (Date(), NSRange(text.startIndex..., in: text))
        var isFound = false
        unsafe enumerateMatches(in: text, options: [.reportProgress, .reportCompletion], range: whole) {
            match, flags, stop in
            if match != nil { isFound = true }
            if flags.contains(.internalError) || Date().timeIntervalSince(start) > 1 {
                slow.pattern = self.pattern
            }
            unsafe stop.pointee = ObjCBool(isFound || slow.pattern != nil)
        }
        return isFound
    }
}
