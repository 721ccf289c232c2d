import Transformers

/// What the scores of a pack depend on beside the weights: the method with all of its settings, and the pack's examples.
struct PackKey: Hashable, Sendable {
    /// A digest of the method, its settings, and the tokens of all examples.
    let work: UInt64
    /// The examples of the pack.
    let members: [Int]
}

/// A digest of numbers, in order (FNV-1a over words).
struct WorkDigest {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ number: some BinaryInteger) {
        value = (value ^ UInt64(truncatingIfNeeded: number)) &* 0x100_0000_01b3
        value ^= value >> 32
    }

    mutating func add(_ text: String) {
        add(text.utf8.count)
        for byte in text.utf8 { add(byte) }
    }

    mutating func add(_ sequence: TokenSequence) {
        add(sequence.ids.count)
        for (id, isSupervised) in zip(sequence.ids, sequence.supervised) {
            add(Int(id) << 1 | (isSupervised ? 1 : 0))
        }
    }

    mutating func add(_ probe: Probe) {
        add(probe.sequence)
        add(probe.counterfactual?.count ?? -1)
        for id in probe.counterfactual ?? [] { add(id) }
        add(probe.fork?.position ?? -1)
        add(probe.fork?.own ?? -1)
        add(probe.fork?.other ?? -1)
        add(probe.endsInMark ? 1 : 0)
    }

    mutating func add(weights: [Float]) {
        for weight in weights { add(weight.bitPattern) }
    }
}

/// The bytes of a record: the digest, the number of examples, the examples, for each how many scores it has and these, and
/// a digest of all; words of 64 bits, scores of 32, lowest byte first.
func scoreRecord(_ key: PackKey, _ rows: [[Float]]) -> [UInt8] {
    var bytes: [UInt8] = []
    func add(_ number: some FixedWidthInteger) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
    add(key.work)
    add(Int64(rows.count))
    for member in key.members { add(Int64(member)) }
    for row in rows {
        add(Int64(row.count))
        for score in row { add(score.bitPattern) }
    }
    add(checksum(bytes[...]))
    return bytes
}

/// The record that begins at a byte, with the place of the next; nil where there is no whole one.
func scoreRecord(in bytes: [UInt8], at start: Int) -> (key: PackKey, rows: [[Float]], next: Int)? {
    var place = start
    func number<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
        let width = Number.bitWidth / 8
        guard bytes.count - place >= width else { return nil }
        defer { place += width }
        return (0..<width).reduce(0) { $0 | Number(truncatingIfNeeded: bytes[place + $1]) << (8 * $1) }
    }
    func size(_ bytesEach: Int) -> Int? {
        guard let count = number(Int64.self), count >= 0, count <= (bytes.count - place) / bytesEach else {
            return nil
        }
        return Int(count)
    }
    guard let work = number(UInt64.self), let count = size(16) else { return nil }
    let members = (0..<count).compactMap { _ in number(Int64.self).map(Int.init) }
    var rows: [[Float]] = []
    for _ in 0..<count {
        guard let width = size(4) else { return nil }
        rows.append((0..<width).compactMap { _ in number(UInt32.self).map(Float.init(bitPattern:)) })
    }
    let end = place
    guard let sum = number(UInt64.self), sum == checksum(bytes[start..<end]) else { return nil }
    return (PackKey(work: work, members: members), rows, place)
}

private func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var digest = WorkDigest()
    for byte in bytes { digest.add(byte) }
    return digest.value
}
