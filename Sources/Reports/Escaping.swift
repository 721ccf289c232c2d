/// A text as HTML or SVG shows it literally, in an element or in a quoted attribute. Names come from strangers.
public func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": escaped += "&amp;"
        case "<": escaped += "&lt;"
        case ">": escaped += "&gt;"
        case "\"": escaped += "&quot;"
        case "'": escaped += "&#39;"
        case "\n", "\t": escaped.unicodeScalars.append(scalar)
        default:
            // Control characters are not allowed in either; the replacement character shows that one stood here.
            escaped.unicodeScalars.append(scalar.properties.generalCategory == .control ? "\u{fffd}" : scalar)
        }
    }
    return escaped
}
