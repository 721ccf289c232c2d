import Kernels
import Tensor

extension Decoder {
    /// Gives new tokens a row in the embedding, in a head of its own, and in the head's bias: the mean of the rows there
    /// were.
    ///
    /// The vocabulary grows so far that it holds the last of them. A row that is there already, because the model has more
    /// rows than its tokenizer has tokens, becomes the mean too. transformers' `resize_token_embeddings` draws new rows
    /// from a normal distribution around the same mean with 1e-9 of the rows' covariance, and leaves rows that are there.
    public mutating func addTokens(_ ids: [Int32]) {
        guard let last = ids.max() else { return }
        precondition(ids.allSatisfy { $0 >= 0 }, "ids \(ids)")
        let old = vocabulary
        let rows = Array(Set(ids.map(Int.init)).union(old..<max(old, Int(last) + 1))).sorted()
        embedding = embedding.withMeans(at: rows)
        head = head?.withMeans(at: rows)
        headBias = headBias?.withMeans(at: rows)
    }
}

extension Weight {
    /// This weight with the mean of its rows at these places, of which some may follow the last row.
    fileprivate func withMeans(at rows: [Int]) -> Weight {
        let isVector = shape.axes.count == 1
        let (count, width) = isVector ? (shape.count, 1) : shape.matrix
        var values = numbers
        var sums = [Double](repeating: 0, count: width)
        for row in 0..<count {
            for column in 0..<width { sums[column] += Double(values[row * width + column]) }
        }
        let mean = sums.map { Float($0 / Double(count)) }
        let grown = max(count, (rows.last ?? 0) + 1)
        values += [Float](repeating: 0, count: (grown - count) * width)
        for row in rows { values.replaceSubrange(row * width..<(row + 1) * width, with: mean) }
        if isVector { return .tensor(Tensor(values, shape: [grown])) }
        if case .stored = self { return .stored(StoredMatrix(values, rows: grown, columns: width)) }
        return .tensor(Tensor(values, shape: [grown, width]))
    }
}
