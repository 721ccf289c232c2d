import Foundation

/// The path of a file in the repository, given from its root.
public func repositoryPath(_ path: String, from file: String = #filePath) -> String {
    URL(filePath: file).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: path).path
}

/// The path of a file in a test target's `Fixtures` folder.
public func fixture(_ name: String, of target: String) -> String {
    repositoryPath("Tests/\(target)/Fixtures/\(name)")
}
