/// Finds for every place of a text the longest of some strings that begins there, in time linear in the text, however long
/// and alike the strings are.
///
/// - Source: Aho and Corasick 1975, with strings and text read from their ends: what ends at a place then begins there.
struct LongestTokens {
    private var edges = PairTable(capacity: 16)  // (node, byte) → node; node 0 is the root
    private var found: [Int32] = [-1]  // by node: the longest string that ends there
    // By node: the longest proper ending of what it stands for that has a node.
    private var shorter: [Int32] = [0]

    init(_ strings: [[UInt8]]) {
        var parents: [(node: Int32, byte: UInt8)] = [(0, 0)]
        for (index, string) in strings.enumerated() where !string.isEmpty {
            var node: Int32 = 0
            for byte in string.reversed() {
                if edges[node, Int32(byte)] == PairTable.missing {
                    edges[node, Int32(byte)] = UInt64(found.count)
                    parents.append((node, byte))
                    found.append(-1)
                }
                node = Int32(edges[node, Int32(byte)])
            }
            found[Int(node)] = Int32(index)
        }
        link(parents)
    }

    /// Follows each node's parent to what is shorter, the nodes nearest to the root first.
    private mutating func link(_ parents: [(node: Int32, byte: UInt8)]) {
        var depth = [Int32](repeating: 0, count: parents.count)
        for node in parents.indices.dropFirst() { depth[node] = depth[Int(parents[node].node)] + 1 }
        shorter = [Int32](repeating: 0, count: parents.count)
        for node in parents.indices.dropFirst().sorted(by: { depth[$0] < depth[$1] }) {
            let (parent, byte) = parents[node]
            if parent != 0 { shorter[node] = step(from: shorter[Int(parent)], by: byte) }
            if found[node] < 0 { found[node] = found[Int(shorter[node])] }
        }
    }

    private func step(from node: Int32, by byte: UInt8) -> Int32 {
        var node = node
        while true {
            let edge = edges[node, Int32(byte)]
            if edge != PairTable.missing { return Int32(edge) }
            if node == 0 { return 0 }
            node = shorter[Int(node)]
        }
    }

    /// For each byte of a range the index of the longest string that begins there; −1 where none does.
    func beginning(in text: Span<UInt8>, _ range: Range<Int>) -> [Int32] {
        var longest = [Int32](repeating: -1, count: range.count)
        var node: Int32 = 0
        for place in range.reversed() {
            node = step(from: node, by: text[place])
            longest[place - range.lowerBound] = found[Int(node)]
        }
        return longest
    }
}
