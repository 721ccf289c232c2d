/// Why a tokenizer could not be made from what a file holds.
public enum TokenizerError: Error, Equatable, CustomStringConvertible {
    /// The file could not be read at all.
    case unreadable(path: String, reason: String)

    /// The file is not JSON, or a part of it is not of the kind that it must be.
    case malformed(source: String, reason: String)

    /// The file asks for a component that is not supported; nothing was guessed in its place.
    case unsupported(source: String, component: String, found: String, supported: String)

    /// A part of a tokenizer cannot handle a text.
    case failed(component: String, reason: String)

    /// One sentence: which file or vocabulary, what was expected, what was found.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path): cannot be read (\(reason)); give the path of a tokenizer.json or of the folder around it."
        case .malformed(let source, let reason):
            "\(source): not a usable tokenizer: \(reason)."
        case .failed(let component, let reason):
            "The tokenizer's \(component) \(reason); its ids would not be right: give another text or model."
        case .unsupported(let source, let component, let found, let supported):
            "\(source): the \(component) is \(found), which is not supported; supported: \(supported)."
        }
    }
}
