import Foundation

/// The path of a file in the repository, given from its root, which is two folders above this file's.
public func repositoryPath(_ path: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: path).path
}

/// The path of a file in a test target's `Fixtures` folder.
public func fixture(_ name: String, of target: String) -> String {
    repositoryPath("Tests/\(target)/Fixtures/\(name)")
}
