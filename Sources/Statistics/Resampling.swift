import Kernels

/// How often each of `count` examples comes up in `count` draws with replacement.
public func drawnCounts(_ count: Int, seed: Int, resample: Int) -> [Int32] {
    var generator = SeededGenerator(seed: seed, stream: resample)
    var counts = [Int32](repeating: 0, count: count)
    for _ in 0..<count { counts[Int(generator.next().multipliedFullWidth(by: UInt64(count)).high)] += 1 }
    return counts
}
