/// Compatibility decompositions (NFKC, NFKD), with the reference's tables.
///
/// What they leave to do is canonical: NFKC is NFC of the text with each scalar replaced, NFKD is NFD of it.
///
/// - Source: Unicode Standard Annex #15, section 1.
enum Compatibility {
    private static let places: [UInt32: Int] = {
        var places: [UInt32: Int] = [:]
        var i = 0
        while i < compatibilityDecompositions.count {
            places[compatibilityDecompositions[i]] = i + 1
            i += 2 + Int(compatibilityDecompositions[i + 1])
        }
        return places
    }()

    static func append(_ scalar: UInt32, to output: inout [UInt8]) {
        guard scalar >= 0xA0, let place = places[scalar] else { return appendUTF8(of: scalar, to: &output) }
        for i in 1...Int(compatibilityDecompositions[place]) {
            appendUTF8(of: compatibilityDecompositions[place + i], to: &output)
        }
    }
}
