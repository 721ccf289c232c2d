/// The child of a task that holds what training recorded, and so cannot be a checkpoint.
let telemetry = "telemetry"

/// Refuses the name of a task or checkpoint that cannot be a group's name.
func requireName(_ name: String, kind: String) throws(PatternError) {
    let reason: String? =
        if name.isEmpty {
            "it is empty"
        } else if name == "." || name == ".." {
            "it names a folder"
        } else if name.contains("/") {
            "it contains a slash, which separates task and checkpoint"
        } else if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            "it contains a control character"
        } else if name.utf8.count > 255 {
            "it is longer than 255 bytes"
        } else if kind == "checkpoint", name == telemetry {
            "it is reserved for what training records"
        } else {
            nil
        }
    if let reason { throw .badName(kind: kind, name: name, reason: reason) }
}
