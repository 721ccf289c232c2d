extension Decoder {
    /// The name in transformers of the module that the files call `path`: older files of some families omit
    /// the common prefix.
    func moduleName(_ path: String) -> String {
        guard !path.hasPrefix(names.head) else { return path }
        let prefix = FamilyRow.all[family]?.prefix ?? ""
        return path.hasPrefix(prefix) ? path : prefix + path
    }

    /// Whether transformers keeps this family's matrices as [in, out].
    var isConv1D: Bool { FamilyRow.all[family]?.isConv1D ?? false }

    /// The last parts of the names of all projections, each once: the possible targets.
    var projectionNames: [String] {
        var (copy, seen) = (self, Set<String>())
        copy.visitProjections { path, _ in seen.insert(lastPart(of: path)) }
        return seen.sorted()
    }

    /// PEFT's default target projections of a family; for families that PEFT does not know, `q_proj` and
    /// `v_proj` as in most.
    public var defaultTargets: [String] { FamilyRow.all[family]?.targets ?? ["q_proj", "v_proj"] }
}

/// What follows the last dot.
func lastPart(of name: String) -> String {
    String(name[(name.lastIndex(of: ".").map(name.index(after:)) ?? name.startIndex)...])
}
