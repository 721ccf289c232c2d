import ModelFiles
import Tensor

extension Decoder {
    /// Lets the embedding, and a head of its own, be trained whole beside LoRA pairs: they are saved with the pairs, as
    /// PEFT's `modules_to_save`. What new tokens need.
    ///
    /// A head that is tied to the embedding stays so: the adapter says `ensure_weight_tying`.
    public mutating func trainEmbeddings() {
        savedWithPairs = ["\(names.embedding).weight"]
        if head != nil { savedWithPairs.insert("\(names.head).weight") }
    }

    /// The weights that are saved with the pairs, by their modules' names in an adapter.
    var savedModules: [(module: String, weight: Weight)] {
        let there = [(names.embedding, embedding)] + (head.map { [(names.head, $0)] } ?? [])
        return there.filter { savedWithPairs.contains("\($0.0).weight") }.map { (moduleName($0.0), $0.1) }
    }
}
