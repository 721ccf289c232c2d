/// What each token of a vocabulary stands for in the middle of a text, and which are markers.
///
/// In a byte-level vocabulary an added token stands for its own text. The reference's decoder reads an added token
/// that consists of Latin-1 letters as bytes, and so does not give back what it encoded; here it does.
func tokenBytes(
    _ tokens: TokenTable, _ added: [AddedToken], _ decoder: TokenDecoder
) -> (bytes: ByteStrings, special: [Bool]) {
    var asWritten = [Bool](repeating: false, count: tokens.count)
    var special = asWritten
    for token in added {
        asWritten[Int(token.id)] = decoder.isByteLevel
        if token.special { special[Int(token.id)] = true }
    }
    var strings = ByteStrings()
    strings.reserve(strings: tokens.count, bytes: 8 * tokens.count)
    for id in 0..<tokens.count {
        let token = tokens[Int32(id)]
        if asWritten[id] {
            strings.append(token)
        } else if decoder.isByteLevel {
            strings.append { ByteAlphabet.appendBytes(of: token.span, 0..<token.count, to: &$0) }
        } else {
            // After a fault nothing of the tokenizer is used.
            strings.append(TokenizerFault.first == nil ? decoder.bytes(of: [UInt8](token)) : [])
        }
    }
    return (strings, special)
}
