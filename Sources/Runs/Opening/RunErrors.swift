/// Data in which nothing can be used, or a model that cannot do what is asked of it.
public struct UnusableData: Error, CustomStringConvertible {
    /// A sentence: what, where, and what to do.
    public let description: String

    /// An error with its sentence.
    public init(description: String) { self.description = description }
}

/// An output that could not be made.
public struct CannotCreate: Error, Equatable, CustomStringConvertible {
    /// The file or folder.
    public let path: String
    /// Why, as a sentence.
    public let reason: String
    /// The same in one sentence.
    public var description: String { "\(path) could not be written: \(reason)" }

    /// An output that could not be made, and why.
    public init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }
}

/// A run that was asked to stop.
public struct Interrupted: Error, CustomStringConvertible {
    /// Its folder.
    public let run: String
    /// The last step that is kept.
    public let step: Int
    /// The command that goes on, where the caller names one.
    public var command: String?

    /// A sentence.
    public var description: String {
        "interrupted after step \(step), which is kept" + (command.map { "; go on with: \($0)" } ?? "")
    }

    /// A run that was asked to stop after a step.
    public init(run: String, step: Int, command: String? = nil) {
        (self.run, self.step, self.command) = (run, step, command)
    }
}
