/// A reply without what a reasoning model thought before it: what stands in `<think>`, or before a `</think>` whose beginning
/// was in the prompt. Nothing is left of a thought that was cut off.
public func withoutThinking(_ reply: String) -> String {
    var reply = reply
    for tag in ["think", "thinking", "thought", "reasoning"] {
        let (opening, closing) = ("<\(tag)>", "</\(tag)>")
        let isOpen = reply.drop(while: \.isWhitespace).hasPrefix(opening)
        if isOpen || !reply.contains(opening), let end = reply.ranges(of: closing).last {
            reply = String(reply[end.upperBound...])
        } else if isOpen {
            reply = ""
        }
    }
    return reply
}
