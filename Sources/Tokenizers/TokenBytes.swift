/// What each token of a vocabulary stands for, and which are markers.
///
/// An added token stands for its own text. The reference's decoder reads an added token that consists of Latin-1
/// letters as bytes, and so does not give back what it encoded; here it does.
func tokenBytes(_ tokens: TokenTable, _ added: [AddedToken]) -> (bytes: ByteStrings, special: [Bool]) {
    var asWritten = [Bool](repeating: false, count: tokens.count)
    var special = asWritten
    for token in added {
        asWritten[Int(token.id)] = true
        if token.special { special[Int(token.id)] = true }
    }
    var strings = ByteStrings()
    for id in 0..<tokens.count {
        let token = tokens[Int32(id)]
        if asWritten[id] {
            strings.append(token)
        } else {
            strings.append { ByteAlphabet.appendBytes(of: token.span, 0..<token.count, to: &$0) }
        }
    }
    return (strings, special)
}
