import Foundation
import Runs
import Yams

/// A file of flags: YAML with long names as keys, or the record of an earlier training, `run.json`.
struct ConfigFile {
    /// A key and what it is set to.
    struct Entry {
        /// The flag's name without dashes.
        let name: String
        let line: Int
        let value: Value
    }

    /// A value as it is written, several, or none.
    enum Value: Equatable {
        case word(String)
        case words([String])
        case nothing
    }

    let path: String
    let entries: [Entry]

    /// The largest file that is read, in bytes.
    private static let sizeLimit = 1 << 18

    /// Reads a file.
    ///
    /// - Throws: `UnusableData` with the line, where it is not a flat list of names and values.
    init(path: String) throws {
        self.path = path
        guard let file = FileHandle(forReadingAtPath: path),
            let data = try? file.read(upToCount: Self.sizeLimit + 1)
        else { throw MissingConfig(path: path) }
        guard data.count <= Self.sizeLimit else {
            throw UnusableData(description: "\(path): a file of flags has at most \(Self.sizeLimit) bytes.")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw UnusableData(description: "\(path) is not text in UTF-8; give a YAML file of flags.")
        }
        let root: Node?
        do { root = try compose(yaml: text) } catch {
            throw UnusableData(description: "\(path) is not YAML: \(error)")
        }
        guard let root else {
            entries = []
            return
        }
        guard case .mapping(let fields) = root else {
            throw UnusableData(
                description: "\(path): expected names and values, as in batch-size: 8; found something else.")
        }
        if let arguments = fields["arguments"], fields["settings"] != nil {
            entries = try Self.entries(ofRun: arguments, path: path)
        } else {
            entries = try fields.map { try Entry($0, $1, path: path) }
        }
        let names = entries.map(\.name)
        if let twice = names.enumerated().first(where: { names[..<$0].contains($1) }) {
            let line = entries[twice.offset].line
            throw UnusableData(description: "\(path), line \(line): \(twice.element) is there a second time.")
        }
    }

    /// The flags in the record of a run.
    private static func entries(ofRun arguments: Node, path: String) throws -> [Entry] {
        guard case .words(let flags) = try Value(arguments, path: path) else {
            throw UnusableData(description: "\(path): its arguments are not those of a run.")
        }
        return flags.filter { $0.hasPrefix("--") }.map { flag in
            let parts = flag.dropFirst(2).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Entry(
                name: String(parts[0]), line: arguments.mark?.line ?? 1,
                value: .word(parts.count > 1 ? String(parts[1]) : "true"))
        }
    }
}

/// A file of flags that is not there.
struct MissingConfig: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path) of --config could not be read: there is no such file." }
}

extension ConfigFile.Entry {
    fileprivate init(_ key: Node, _ value: Node, path: String) throws {
        guard case .scalar(let scalar) = key else {
            throw UnusableData(description: "\(path): a key is not a name.")
        }
        name = scalar.string.replacing("_", with: "-")
        line = key.mark?.line ?? 1
        self.value = try ConfigFile.Value(value, path: path)
    }
}

extension ConfigFile.Value {
    /// - Throws: where a value has values of its own, or stands for another one.
    fileprivate init(_ node: Node, path: String) throws {
        func refuse(_ found: String) -> UnusableData {
            UnusableData(
                description:
                    "\(path), line \(node.mark?.line ?? 1): expected a value or a list of values; found \(found)."
            )
        }
        switch node {
        case .scalar where node.tag == Tag(.null): self = .nothing
        case .scalar(let scalar): self = .word(scalar.string)
        case .sequence(let list):
            self = .words(
                try list.map { item in
                    guard case .scalar(let scalar) = item else {
                        throw refuse("a list of something else")
                    }
                    return scalar.string
                })
        case .mapping: throw refuse("names and values of its own")
        case .alias: throw refuse("an alias, which is not read")
        }
    }
}
