import Kernels

/// Which examples are held out together.
public struct ProbeFolds: Sendable, Equatable {
    /// The fold of each example, from 0.
    public let fold: [Int]
    /// How many folds there are.
    public let count: Int
    /// The group of each example, from 0 in order of appearance; each its own where none is named.
    public let group: [Int]

    /// How many groups there are.
    public var groups: Int { (group.max() ?? -1) + 1 }
    /// Whether some examples share a group.
    public var isGrouped: Bool { groups < group.count }

    /// An example's fold is its position modulo `count`; where groups are named, that of its group, in order of
    /// appearance, so that no group is in two folds.
    public init(_ groups: [String?], count: Int) {
        var numbers: [String: Int] = [:]
        var group: [Int] = []
        for (position, name) in groups.enumerated() {
            // An example without a group is a group of its own.
            let key = name.map { "g" + $0 } ?? "p\(position)"
            if numbers[key] == nil { numbers[key] = numbers.count }
            group.append(numbers[key] ?? 0)
        }
        (self.group, self.count) = (group, count)
        fold = group.map { $0 % count }
    }

    /// Labels exchanged at random among groups of one size, so that groups keep their inner pattern of labels.
    func shuffled(_ labels: [Int], seed: Int, stream: Int) -> [Int] {
        var members: [[Int]] = []
        for (example, group) in group.enumerated() {
            if group == members.count { members.append([]) }
            members[group].append(example)
        }
        var generator = SeededGenerator(seed: seed, stream: stream)
        var result = labels
        for (_, groups) in Dictionary(grouping: members, by: \.count).sorted(by: { $0.key < $1.key }) {
            let sources = groups.shuffled(using: &generator)
            for (target, source) in zip(groups, sources) {
                // Within a group too: else minimal pairs, whose pattern is the same in all, would never change.
                let order = source.shuffled(using: &generator)
                for (to, from) in zip(target, order) { result[to] = labels[from] }
            }
        }
        return result
    }
}
