/// The signs of vectors as bits, a million of them small enough to be compared with a query one by one.
///
/// How many signs two vectors share grows with their cosine, so the nearest few hundred hold the nearest few.
struct SignCodes: Sendable {
    private let words: Int  // of 64 signs, for each vector
    private var codes: [UInt64] = []

    init(dimensions: Int) { words = (dimensions + 63) / 64 }

    /// The number of vectors.
    var count: Int { codes.count / words }

    /// Adds codes as they are stored.
    mutating func append(stored bytes: [UInt8]) {
        codes.reserveCapacity(codes.count + bytes.count / 8)
        for start in stride(from: 0, to: bytes.count - 7, by: 8) {
            var word: UInt64 = 0
            for place in (0..<8).reversed() { word = word << 8 | UInt64(bytes[start + place]) }
            codes.append(word)
        }
    }

    /// The code of a vector, as it is stored: the least significant bits first.
    static func stored(_ vector: [Float]) -> [UInt8] {
        let padded = (vector.count + 63) / 64 * 8
        return (0..<padded).map { byte in
            (0..<8).reduce(0) { bits, bit in
                let index = byte * 8 + bit
                return index < vector.count && vector[index] > 0 ? bits | 1 << UInt8(bit) : bits
            }
        }
    }

    /// The vectors that share most signs with a query, `count` of them where there are as many.
    func nearest(to query: [Float], count wanted: Int) -> [Int] {
        var own = SignCodes(dimensions: query.count)
        own.append(stored: Self.stored(query))
        var distances = [UInt16](repeating: 0, count: count)
        var histogram = [Int](repeating: 0, count: 64 * words + 1)
        let all = codes.span
        let signs = own.codes.span
        for vector in distances.indices {
            var distance = 0
            for word in 0..<words { distance += (all[vector * words + word] ^ signs[word]).nonzeroBitCount }
            distances[vector] = UInt16(distance)
            histogram[distance] += 1
        }
        var (limit, found) = (0, histogram[0])
        while found < wanted && limit < 64 * words {
            limit += 1
            found += histogram[limit]
        }
        var room = max(0, wanted - (found - histogram[limit]))  // for those at the limit itself
        return distances.indices.filter { vector in
            guard distances[vector] == limit else { return distances[vector] < limit }
            room -= 1
            return room >= 0
        }
    }
}
