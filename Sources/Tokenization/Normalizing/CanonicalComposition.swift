/// Unicode's composed form (NFC), with the reference's tables.
///
/// Foundation's is not used: on Linux it takes U+10041 U+0301 for Á and does not compose U+AC00 U+11A8.
///
/// - Source: Unicode Standard Annex #15, sections 1 and 3.11 of the core specification.
struct CanonicalComposition {
    private let decompositions: [UInt32: (first: UInt32, second: UInt32)]
    private let compositions: [UInt64: UInt32]

    /// By scalar: its combining class; `unsafeStarter` where the class is 0 and the scalar may yet change or
    /// compose with what stands before it; 0 for the rest.
    private let classes: [UInt8]

    private static let unsafeStarter: UInt8 = 255

    static let shared = CanonicalComposition()

    private init() {
        var decompositions: [UInt32: (first: UInt32, second: UInt32)] = [:]
        var compositions: [UInt64: UInt32] = [:]
        var classes = [UInt8](repeating: 0, count: 0x2FA1E)
        for scalar in Array(0x1161...0x1175) + Array(0x11A8...0x11C2) { classes[scalar] = Self.unsafeStarter }
        let exclusions = Set(compositionExclusions)
        for i in stride(from: 0, to: canonicalDecompositions.count, by: 3) {
            let (scalar, first, second) =
                (canonicalDecompositions[i], canonicalDecompositions[i + 1], canonicalDecompositions[i + 2])
            decompositions[scalar] = (first, second)
            if second == 0 || exclusions.contains(scalar) {
                classes[Int(scalar)] = Self.unsafeStarter
            } else {
                compositions[UInt64(first) << 32 | UInt64(second)] = scalar
                classes[Int(second)] = Self.unsafeStarter
            }
        }
        for i in stride(from: 0, to: combiningClasses.count, by: 3) {
            for scalar in combiningClasses[i]...combiningClasses[i + 1] {
                classes[Int(scalar)] = UInt8(combiningClasses[i + 2])
            }
        }
        (self.decompositions, self.compositions, self.classes) = (decompositions, compositions, classes)
    }

    /// The text composed; nil if it is so already.
    func composed(_ text: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
        var output: [UInt8] = []
        // Only what stands from a safe scalar up to the next one can change.
        var (copied, safe, i) = (range.lowerBound, range.lowerBound, range.lowerBound)
        var changed = false
        while i < range.upperBound {
            var (scalar, next) = scalarAt(i, in: text)
            if isSafe(scalar) {
                (safe, i) = (i, next)
                continue
            }
            var segment: [UInt32] = safe < i ? [scalarAt(safe, in: text).scalar] : []
            while !isSafe(scalar) {
                segment.append(scalar)
                i = next
                if i == range.upperBound { break }
                (scalar, next) = scalarAt(i, in: text)
            }
            for byte in copied..<safe { output.append(text[byte]) }
            for scalar in composed(segment) { appendUTF8(of: scalar, to: &output) }
            (copied, safe, changed) = (i, i, true)
        }
        for byte in copied..<range.upperBound { output.append(text[byte]) }
        return changed ? output : nil
    }

    private func isSafe(_ scalar: UInt32) -> Bool {
        scalar < 0x300 || classes.count <= scalar || classes[Int(scalar)] == 0
    }

    private func combiningClass(_ scalar: UInt32) -> UInt8 {
        let value = scalar < classes.count ? classes[Int(scalar)] : 0
        return value == Self.unsafeStarter ? 0 : value
    }

    /// The text decomposed (NFD).
    func decomposed(_ text: [UInt8]) -> [UInt8] {
        if text.allSatisfy({ $0 < 0xC3 }) { return text }
        var parts: [(scalar: UInt32, order: UInt8)] = []
        let span = text.span
        var i = 0
        while i < span.count {
            let (scalar, next) = scalarAt(i, in: span)
            decompose(scalar, into: &parts)
            i = next
        }
        putInOrder(&parts)
        var output: [UInt8] = []
        for part in parts { appendUTF8(of: part.scalar, to: &output) }
        return output
    }

    /// Decomposes, puts marks in order, and composes again.
    private func composed(_ scalars: [UInt32]) -> [UInt32] {
        var parts: [(scalar: UInt32, order: UInt8)] = []
        for scalar in scalars { decompose(scalar, into: &parts) }
        putInOrder(&parts)
        var result: [UInt32] = []
        var (starter, last): (Int?, UInt8) = (nil, 0)
        for (scalar, order) in parts {
            if let starter, starter == result.count - 1 || last < order,
                let both = composite(result[starter], scalar)
            {
                result[starter] = both
                continue
            }
            if order == 0 { starter = result.count }
            last = order
            result.append(scalar)
        }
        return result
    }

    private func decompose(_ scalar: UInt32, into parts: inout [(scalar: UInt32, order: UInt8)]) {
        if let (first, second) = decompositions[scalar] {
            decompose(first, into: &parts)
            if second != 0 { decompose(second, into: &parts) }
        } else if case let syllable = scalar &- 0xAC00, syllable < 11172 {
            parts.append((0x1100 + syllable / 588, 0))
            parts.append((0x1161 + syllable % 588 / 28, 0))
            if syllable % 28 != 0 { parts.append((0x11A7 + syllable % 28, 0)) }
        } else {
            parts.append((scalar, combiningClass(scalar)))
        }
    }

    /// Sorts each run of marks by class; marks of one class keep their order.
    private func putInOrder(_ parts: inout [(scalar: UInt32, order: UInt8)]) {
        var start = 0
        while start < parts.count {
            var end = start + 1
            if parts[start].order != 0 {
                while end < parts.count, parts[end].order != 0 { end += 1 }
                let run = parts[start..<end].enumerated()
                parts.replaceSubrange(
                    start..<end,
                    with: run.sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }.map(
                        \.element))
            }
            start = end
        }
    }

    private func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if case let (lead, vowel) = (first &- 0x1100, second &- 0x1161), lead < 19, vowel < 21 {
            return 0xAC00 + (lead * 21 + vowel) * 28
        }
        if case let (syllable, tail) = (first &- 0xAC00, second &- 0x11A7), syllable < 11172,
            syllable % 28 == 0,
            tail > 0, tail < 28
        {
            return first + tail
        }
        return compositions[UInt64(first) << 32 | UInt64(second)]
    }
}
