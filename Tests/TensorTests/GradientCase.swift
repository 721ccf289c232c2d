import Kernels
import Tensor
import TestSupport
import Testing

/// An op under test: how to draw its inputs, and how to apply it to them.
struct GradientCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let shapes: @Sendable (inout SeededGenerator) -> [Shape]
    let apply: @Sendable ([Tensor]) -> Tensor

    /// An op on inputs whose extents are drawn anew, each between 1 and 6, by the letters of their names: the same
    /// letter is the same extent, a digit is itself.
    init(_ name: String, _ axes: [String], _ apply: @escaping @Sendable ([Tensor]) -> Tensor) {
        testDescription = name
        self.apply = apply
        shapes = { generator in
            var extents: [Character: Int] = [:]
            return axes.map { letters in
                Shape(
                    letters.map { letter in
                        if let digit = letter.wholeNumberValue { return digit }
                        let extent = extents[letter] ?? Int.random(in: 1...6, using: &generator)
                        extents[letter] = extent
                        return extent
                    })
            }
        }
    }
}
