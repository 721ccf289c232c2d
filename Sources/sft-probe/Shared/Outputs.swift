import Files
import Foundation

/// Refuses outputs that would end something else, a device, what the command reads, or each other, and takes the right
/// to write them, before anything is computed.
///
/// - Parameters:
///   - outputs: Files, by their flags.
///   - inputs: Files and folders that are read.
///   - written: The kind of file that the command writes; nil for text. No file of another kind is replaced.
func prepare(outputs: [NamedPath], reading inputs: [NamedPath], as written: FileKind? = nil) throws {
    try requireApart(outputs: outputs, inputs: inputs)
    for output in outputs {
        WrittenFiles.expect(output.path)
        if case .file(let end) = try OutputPlace(output.path), let found = FileKind(at: end), found != written
        {
            throw FileError.otherKind(path: output.path, found: found.rawValue)
        }
        do throws(FileError) {
            try OutputLock.hold(output.path, as: commandName)
        } catch .unwritable(let path, let reason) where isOfFolder(reason) {
            throw FileError.unwritable(
                path: path, reason: "its folder is missing or cannot be written to")
        } catch {
            throw error
        }
    }
}

/// Whether the system's reason is one that the folder of a file gives.
private func isOfFolder(_ reason: String) -> Bool {
    [ENOENT, ENOTDIR, EACCES, EROFS].contains { unsafe String(cString: strerror($0)) == reason }
}

/// The same for a file of measurements, whose writers take turns, and which must be a plain file.
func prepare(measurements output: String, reading inputs: [NamedPath]) throws {
    _ = try OutputPlace(fileAt: output)
    WrittenFiles.expect(output)
    try requireApart(outputs: [NamedPath("--output", output)], inputs: inputs)
}

/// The command as it was given, up to its first flag.
private var commandName: String {
    (["sft-probe"]
        + CommandLine.arguments.dropFirst().prefix { !$0.hasPrefix("-") && $0.count < 20 }.prefix(2))
        .joined(separator: " ")
}

/// A path and its flag, where one was given.
func named(_ flag: String, _ path: String?) -> [NamedPath] { path.map { [NamedPath(flag, $0)] } ?? [] }
