import Kernels
public import ModelFiles
import Tensor

extension Decoder {
    /// This model with an adapter on it, as PEFT would compute it.
    ///
    /// Pairs of the layers' projections stay pairs beside weights that stay as their files have them. What cannot be
    /// a pair is put into the weights as numbers: learned magnitudes (DoRA), pairs of embeddings and of the head of the
    /// model, modules and biases that the adapter replaces.
    ///
    /// - Returns: The model, and sentences that say what was put into its weights; none if all stayed pairs, so that
    ///   writing the pairs writes the adapter.
    /// - Throws: An error with the names where the adapter's tensors are not exactly those that its configuration
    ///   means in this model, or with the shapes where they do not fit.
    public func adapted(by adapter: AdapterFolder) throws(ModelError) -> (decoder: Decoder, notes: [String]) {
        var adapting = Adapting(adapter, model: self)
        var decoder = self
        try adapting.untieHead(of: &decoder)
        try adapting.replaceWeights(of: &decoder)
        try adapting.adaptProjections(of: &decoder)
        try adapting.adaptEmbeddings(of: &decoder)
        try adapting.finish()
        return (decoder, adapting.notes)
    }
}

/// An adapter on its way into a model.
private struct Adapting {
    private let adapter: AdapterFolder
    private let model: Decoder  // for its names
    private let head: String  // the module that makes logits, as the adapter calls it
    private var unused: Set<String>
    private var missing: [String] = []
    private(set) var notes: [String] = []

    init(_ adapter: AdapterFolder, model: Decoder) {
        self.adapter = adapter
        self.model = model
        unused = Set(adapter.tensors.keys)
        // GPT-NeoX's head has another name since transformers 5.
        head = unused.contains { $0.hasPrefix("embed_out.") } ? "embed_out" : "lm_head"
    }

    /// The name of a module or weight of the model, as the adapter calls it.
    private func name(_ path: String) -> String {
        path.hasPrefix(model.names.head)
            ? head + path.dropFirst(model.names.head.count) : model.moduleName(path)
    }

    /// Whether a module has a pair.
    private func hasPair(_ module: String, isLinear: Bool = false) -> Bool {
        adapter.matcher.matches(module, isLinear: isLinear, familyTargets: model.defaultTargets)
    }

    /// Whether a module, or one that holds it, is replaced by the adapter.
    private func isSaved(_ module: String) -> Bool {
        let holders = module.indices.filter { module[$0] == "." }.map { module[..<$0] } + [module[...]]
        return adapter.configuration.savedModules.contains { ending in
            holders.contains { $0.hasSuffix(ending) }
        }
    }

    /// A tensor of the adapter; nil, and on the list of missing ones, if it is not there.
    private mutating func take(_ name: String, _ shape: [Int]) throws(ModelError) -> StoredTensor? {
        guard let tensor = adapter.tensors[name] else {
            missing.append(name)
            return nil
        }
        guard tensor.shape == shape else {
            throw .shape(path: adapter.file, tensor: name, expected: shape, found: tensor.shape)
        }
        unused.remove(name)
        return tensor
    }

    /// A head that is tied to the embedding becomes a weight of its own where the adapter changes one of the two:
    /// PEFT does not carry the change over to the other.
    mutating func untieHead(of decoder: inout Decoder) throws(ModelError) {
        guard decoder.head == nil else { return }
        let modules = [name(decoder.names.embedding), head]
        guard modules.contains(where: { hasPair($0) || isSaved($0) }) else {
            unused.remove("\(head).weight")  // a copy of the embedding
            return
        }
        guard !adapter.configuration.tiesWeights else {
            throw .configuration(
                path: adapter.path, key: "ensure_weight_tying",
                expected: "false where the embedding or the head is adapted", found: "true")
        }
        decoder.head = decoder.embedding
        notes.append("its head is no longer tied to its embedding")
    }

    /// Weights that the adapter brings whole: saved modules, biases, and what lies under pairs of embeddings.
    mutating func replaceWeights(of decoder: inout Decoder) throws(ModelError) {
        let mayBeThere = [name(decoder.names.embedding), name(decoder.names.positions), head].map {
            "\($0).weight"
        }
        let turned = turnedRound(decoder)
        var replaced: [String] = []
        try decoder.visitWeights { (path, weight) throws(ModelError) in
            let name = name(path)
            let module = String(name.dropLast(lastPart(of: name).count + 1))
            let isBias = name.hasSuffix(".bias") && brings(biasOf: module)
            let isOffered = mayBeThere.contains(name) && adapter.tensors[name] != nil
            guard isSaved(module) || isBias || isOffered else { return }
            guard !turned.contains(path) else {
                throw .configuration(
                    path: adapter.path, key: "modules_to_save",
                    expected: "a model from its Hugging Face folder for replaced matrices",
                    found: "a GGUF file")
            }
            guard let tensor = try take(name, weight.shape.axes) else { return }
            replaced.append(name)
            weight =
                tensor.shape.count == 1
                ? .tensor(Tensor(tensor.matrix.expanded(), shape: weight.shape)) : .stored(tensor.matrix)
        }
        if !replaced.isEmpty {
            notes.append(
                "\(replaced.count) of its weights are replaced (\(replaced.prefix(3).joined(separator: ", "))"
                    + (replaced.count > 3 ? ", …)" : ")"))
        }
    }

    private func brings(biasOf module: String) -> Bool {
        switch adapter.configuration.bias {
        case .none: false
        case .all: true
        case .adapted: hasPair(module, isLinear: module != head)
        }
    }

    /// The matrices of a GPT-2 from GGUF, which are [out, in] where PEFT has [in, out].
    private func turnedRound(_ decoder: Decoder) -> Set<String> {
        var (copy, names) = (decoder, Set<String>())
        copy.visitProjections { path, projection in
            if model.family == "gpt2" && !projection.isTransposed { names.insert("\(path).weight") }
        }
        return names
    }

    /// Pairs of the layers' projections.
    mutating func adaptProjections(of decoder: inout Decoder) throws(ModelError) {
        var folded = 0
        try decoder.visitProjections { (path, projection) throws(ModelError) in
            let module = name(path)
            guard hasPair(module, isLinear: true),
                let (pair, magnitudes) = try pair(of: module, from: projection.inputs, to: projection.outputs)
            else { return }
            if let magnitudes {
                projection.weight = .tensor(
                    pair.added(
                        to: projection.weight, isTransposed: projection.isTransposed, magnitudes: magnitudes))
                folded += 1
            } else {
                projection.adapter = pair
            }
        }
        if folded > 0 {
            notes.append("\(folded) matrices have learned magnitudes (DoRA), and are held as numbers")
        }
    }

    /// Pairs of embeddings and of the head of the model.
    mutating func adaptEmbeddings(of decoder: inout Decoder) throws(ModelError) {
        var folded: [String] = []
        func fold(_ module: String, _ weight: inout Weight, isTransposed: Bool) throws(ModelError) {
            let (rows, columns) = weight.shape.matrix
            let (inputs, outputs) = isTransposed ? (rows, columns) : (columns, rows)
            guard hasPair(module),
                let (pair, magnitudes) = try pair(
                    of: module, from: inputs, to: outputs, isEmbedding: isTransposed)
            else { return }
            weight = .tensor(pair.added(to: weight, isTransposed: isTransposed, magnitudes: magnitudes))
            folded.append(module)
        }
        try fold(name(decoder.names.embedding), &decoder.embedding, isTransposed: true)
        if var positions = decoder.positions {
            try fold(name(decoder.names.positions), &positions, isTransposed: true)
            decoder.positions = positions
        }
        if var weight = decoder.head {
            try fold(head, &weight, isTransposed: false)
            decoder.head = weight
        }
        if !folded.isEmpty {
            notes.append("\(folded.joined(separator: " and ")) with its pair added is held as numbers")
        }
    }

    /// A module's pair, and the magnitudes of its outputs where the adapter has any.
    private mutating func pair(
        of module: String, from inputs: Int, to outputs: Int, isEmbedding: Bool = false
    ) throws(ModelError) -> (LowRank, magnitudes: [Float]?)? {
        let rank = adapter.matcher.rank(of: module)
        let (kind, ending) = isEmbedding ? ("lora_embedding_", "") : ("lora_", ".weight")
        let a = try take("\(module).\(kind)A\(ending)", [rank, inputs])
        let b = try take("\(module).\(kind)B\(ending)", [outputs, rank])
        var magnitudes: StoredTensor?
        if adapter.configuration.hasMagnitudes {
            magnitudes = try take("\(module).lora_magnitude_vector", [outputs])
            if magnitudes == nil { return nil }
        }
        guard let a, let b else { return nil }
        let pair = LowRank(
            a: Tensor(a.matrix.expanded(), shape: [rank, inputs]),
            b: Tensor(b.matrix.expanded(), shape: [outputs, rank]), scale: adapter.matcher.scale(of: module),
            dropout: Float(adapter.configuration.dropout), path: module)
        return (pair, magnitudes?.matrix.expanded())
    }

    /// Throws where a tensor is missing, or one is left over.
    func finish() throws(ModelError) {
        guard missing.isEmpty && unused.isEmpty else {
            throw .adapter(
                path: adapter.path, base: adapter.configuration.base, missing: missing.sorted(),
                unexpected: unused.sorted())
        }
    }
}
