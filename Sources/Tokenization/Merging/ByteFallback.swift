/// The tokens `<0x00>` to `<0xFF>`, for characters that a vocabulary lacks.
struct ByteFallback: Sendable {
    private let ids: [Int32]  // by byte; -1: the vocabulary has none

    init(_ tokens: TokenTable) { ids = (0...255).map { tokens.id(of: Self.name(of: $0)) ?? -1 } }

    private static func name(of byte: UInt8) -> [UInt8] {
        let digits = String(byte, radix: 16, uppercase: true)
        return [UInt8]("<0x\(byte < 16 ? "0" : "")\(digits)>".utf8)
    }

    /// The byte that a token of this kind stands for.
    static func byte(of token: [UInt8]) -> UInt8? {
        guard token.count == 6, token.starts(with: "<0x".utf8), token.last == UInt8(ascii: ">") else {
            return nil
        }
        let digits = token.dropFirst(3).prefix(2)
        return digits.first == UInt8(ascii: "-")
            ? nil : UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// Appends the tokens of all bytes in a range; nothing if one of them has none.
    func append(_ text: Span<UInt8>, _ range: Range<Int>, to ids: inout [Int32]) -> Bool {
        for i in range where self.ids[Int(text[i])] < 0 { return false }
        for i in range { ids.append(self.ids[Int(text[i])]) }
        return true
    }
}
