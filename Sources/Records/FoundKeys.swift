/// The keys that a record has, for a sentence: the first twelve, and how many more there are.
func foundKeys(_ keys: Set<String>) -> String {
    let shown = keys.sorted().prefix(12).map { $0.count > 60 ? "\($0.prefix(60))…" : $0 }
    let rest = keys.count - shown.count
    return "[\(shown.joined(separator: ", "))\(rest > 0 ? ", and \(rest) more" : "")]"
}
