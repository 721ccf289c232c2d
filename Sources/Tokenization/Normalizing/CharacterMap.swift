import Foundation

/// SentencePiece's compiled normalization: a tree of byte strings, each with what stands in its place.
///
/// The tree is a double array of 32-bit units; a string's value is where its replacement begins in a block of
/// replacements, each of which a zero byte ends.
struct CharacterMap: Sendable {
    private let units: [UInt32]
    private let replacements: [UInt8]

    /// - Parameter bytes: the length of the tree in bytes, the tree, the replacements; numbers little-endian.
    /// - Returns: nil if the bytes are not of this form.
    init?(_ bytes: [UInt8]) {
        func number(at i: Int) -> UInt32 {
            UInt32(bytes[i]) | UInt32(bytes[i + 1]) << 8 | UInt32(bytes[i + 2]) << 16 | UInt32(bytes[i + 3])
                << 24
        }
        guard bytes.count >= 4 else { return nil }
        let length = Int(number(at: 0))
        guard length > 0, length % 4 == 0, bytes.count >= 4 + length else { return nil }
        units = stride(from: 4, to: 4 + length, by: 4).map(number)
        replacements = Array(bytes[(4 + length)...])
    }

    init?(base64 string: String) {
        guard let data = Data(base64Encoded: string) else { return nil }
        self.init([UInt8](data))
    }

    /// The text with each character replaced, or else each of its scalars. Only short characters are looked for as
    /// a whole, as in the reference.
    ///
    /// - Parameter limit: The most bytes that the text may become; the rest of one that grows longer is left out.
    func normalized(_ text: [UInt8], limit: Int) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        for character in String(decoding: text, as: UTF8.self) where output.count <= limit {
            let bytes = [UInt8](character.utf8)
            if bytes.count < 6, append(replacementOf: bytes[...], to: &output) { continue }
            for scalar in character.unicodeScalars {
                let bytes = [UInt8](UTF8.encode(scalar) ?? .init())
                if !append(replacementOf: bytes[...], to: &output) { output.append(contentsOf: bytes) }
            }
        }
        return output
    }

    /// Appends what stands for the shortest string of the tree that these bytes begin with. The reference takes
    /// the shortest too, and drops what follows it.
    private func append(replacementOf bytes: ArraySlice<UInt8>, to output: inout [UInt8]) -> Bool {
        guard let start = value(of: bytes) else { return false }
        var i = start
        while i < replacements.count, replacements[i] != 0 {
            output.append(replacements[i])
            i += 1
        }
        return true
    }

    private func value(of bytes: ArraySlice<UInt8>) -> Int? {
        var node = Self.offset(units[0])
        for byte in bytes {
            if byte == 0 { return nil }
            node ^= Int(byte)
            guard node < units.count else { return nil }
            let unit = units[node]
            if unit & (1 << 31 | 0xFF) != UInt32(byte) { return nil }
            node ^= Self.offset(unit)
            if unit >> 8 & 1 == 1 { return node < units.count ? Int(units[node] & ~(1 << 31)) : nil }
        }
        return nil
    }

    private static func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & (1 << 9)) >> 6)) }
}
