public import Statistics
public import Transformers

extension Decoder {
    /// The model's query heads.
    public var grid: HeadGrid { HeadGrid(layers: layers, heads: heads) }
}
