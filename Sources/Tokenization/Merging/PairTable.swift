/// A hash table from pairs of numbers to a number, with open addressing.
///
/// It holds the merges (left token, right token) and the edges of the tree of added tokens (node, byte).
struct PairTable: Sendable {
    /// What a missing pair is answered with; never a stored value.
    static let missing = UInt64.max

    private var keys: [UInt64]
    private var values: [UInt64]
    private var count = 0

    /// An empty table that takes so many pairs without growing.
    init(capacity: Int) {
        var slots = 16
        while slots < capacity * 2 { slots *= 2 }
        keys = [UInt64](repeating: Self.missing, count: slots)
        values = [UInt64](repeating: Self.missing, count: slots)
    }

    subscript(left: Int32, right: Int32) -> UInt64 {
        get { values[slot(of: key(left, right))] }
        set {
            if (count + 1) * 2 > keys.count { grow() }
            let key = key(left, right)
            let slot = slot(of: key)
            if keys[slot] == Self.missing { count += 1 }
            keys[slot] = key
            values[slot] = newValue
        }
    }

    private func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// Where the key stands, or the empty slot where it would.
    private func slot(of key: UInt64) -> Int {
        let mask = keys.count - 1
        var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while keys[slot] != key, keys[slot] != Self.missing { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        var larger = PairTable(capacity: keys.count)
        for (key, value) in zip(keys, values) where key != Self.missing {
            let slot = larger.slot(of: key)
            larger.keys[slot] = key
            larger.values[slot] = value
        }
        larger.count = count
        self = larger
    }
}
