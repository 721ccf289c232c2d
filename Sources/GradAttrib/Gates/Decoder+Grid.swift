import Statistics
import Transformers

extension Decoder {
    /// The model's query heads.
    var grid: HeadGrid { HeadGrid(layers: layers, heads: heads) }
}
