import Kernels
public import ModelFiles
import Tensor

extension Decoder {
    /// This model with an adapter applied, as PEFT computes it.
    ///
    /// LoRA pairs (A, B) of the layers' projections stay separate, beside weights that stay in their file's
    /// format. Everything else is merged into the weights: learned magnitudes (DoRA), pairs of embeddings and
    /// of the LM head, and modules and biases that the adapter replaces.
    ///
    /// - Returns: The model, and sentences that say what was put into its weights; none if all stayed pairs, so that
    ///   writing the pairs writes the adapter.
    /// - Throws: An error with the names where the adapter's tensors are not exactly those that its configuration
    ///   means in this model, or with the shapes where they do not fit.
    public func adapted(by adapter: AdapterFolder) throws(ModelError) -> (decoder: Decoder, notes: [String]) {
        var adapting = Adapting(adapter, model: self)
        var decoder = self
        do throws(ModelError) {
            try adapting.growVocabulary(of: &decoder)
            try adapting.untieHead(of: &decoder)
            try adapting.replaceWeights(of: &decoder)
            try adapting.replaceTokens(of: &decoder)
            try adapting.adaptProjections(of: &decoder)
            try adapting.adaptEmbeddings(of: &decoder)
            try adapting.finish()
        } catch {
            throw slowness(of: adapter) ?? error
        }
        if let slow = slowness(of: adapter) { throw slow }
        return (decoder, adapting.notes)
    }

    private func slowness(of adapter: AdapterFolder) -> ModelError? {
        adapter.matcher.slowExpression.map {
            .slowExpression(path: "\(adapter.path)/adapter_config.json", expression: $0)
        }
    }
}

/// The state of applying an adapter to a model.
struct Adapting {
    let adapter: AdapterFolder
    let model: Decoder  // for its names
    let head: String  // the name of the LM head in the adapter
    private var unused: Set<String>
    private var missing: [String] = []
    var notes: [String] = []

    init(_ adapter: AdapterFolder, model: Decoder) {
        self.adapter = adapter
        self.model = model
        unused = Set(adapter.tensors.keys)
        // GPT-NeoX's head has another name since transformers 5.
        head = unused.contains { $0.hasPrefix("embed_out.") } ? "embed_out" : "lm_head"
    }

    /// The adapter's name of a module or weight of the model.
    func name(_ path: String) -> String {
        path.hasPrefix(model.names.head)
            ? head + path.dropFirst(model.names.head.count) : model.moduleName(path)
    }

    /// Whether a module has a pair.
    func hasPair(_ module: String, isLinear: Bool = false) -> Bool {
        (spokenFor[module] ?? [module]).contains {
            adapter.matcher.matches($0, isLinear: isLinear, familyTargets: model.defaultTargets)
        }
    }

    /// The modules by whose names an embedding is meant that the head stays tied to.
    private var spokenFor: [String: [String]] {
        let embedding = name(model.names.embedding)
        return model.head == nil && adapter.configuration.tiesWeights ? [embedding: [embedding, head]] : [:]
    }

    /// Whether a module, or one that holds it, is replaced by the adapter.
    private func isSaved(_ module: String) -> Bool {
        (spokenFor[module] ?? [module]).contains(where: isNamedSaved)
    }

    private func isNamedSaved(_ module: String) -> Bool {
        let holders = module.indices.filter { module[$0] == "." }.map { module[..<$0] } + [module[...]]
        return adapter.configuration.savedModules.contains { ending in
            holders.contains { $0.hasSuffix(ending) }
        }
    }

    /// A tensor of the adapter; nil, and on the list of missing ones, if it is not there.
    mutating func take(_ name: String, _ shape: [Int]) throws(ModelError) -> StoredTensor? {
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

    /// A tensor of the adapter that says nothing new.
    mutating func passOver(_ name: String) { unused.remove(name) }

    /// Gives the embedding, and a head, the rows of tokens that the adapter was trained with and the model has not: the
    /// adapter brings their values.
    mutating func growVocabulary(of decoder: inout Decoder) throws(ModelError) {
        let (embedding, rows) = (name(decoder.names.embedding), decoder.vocabulary)
        guard isSaved(embedding), let tensor = adapter.tensors["\(embedding).weight"],
            tensor.shape.count == 2, tensor.shape[0] > rows
        else { return }
        decoder.addTokens((rows..<tensor.shape[0]).map(Int32.init))
        notes.append("its vocabulary grows from \(rows) to \(tensor.shape[0]) rows")
    }

    /// A head that is tied to the embedding becomes a weight of its own where the adapter changes one of the two: PEFT
    /// does not carry the change over to the other, unless `ensure_weight_tying` asks for it. Then what the adapter has
    /// for the head is a copy of what it has for the embedding.
    mutating func untieHead(of decoder: inout Decoder) throws(ModelError) {
        guard decoder.head == nil else { return }
        let modules = [name(decoder.names.embedding), head]
        guard modules.contains(where: { hasPair($0) || isSaved($0) }) else {
            unused.remove("\(head).weight")  // a copy of the embedding
            return
        }
        guard !adapter.configuration.tiesWeights else {
            try requireCopies(of: decoder)
            return
        }
        decoder.head = decoder.embedding
        notes.append("its head is no longer tied to its embedding")
    }

    /// Throws where the adapter has something else for a head that stays tied than for the embedding; its tensors for the
    /// head are used then.
    private mutating func requireCopies(of decoder: Decoder) throws(ModelError) {
        let embedding = name(decoder.names.embedding)
        for copy in adapter.tensors.keys.filter({ $0.hasPrefix("\(head).") }) {
            let original = embedding + copy.dropFirst(head.count)
            if let own = adapter.tensors[copy], let shared = adapter.tensors[original],
                own.shape != shared.shape || own.matrix.expanded() != shared.matrix.expanded()
            {
                throw .configuration(
                    path: adapter.path, key: "ensure_weight_tying",
                    expected: "equal tensors \(original) and \(copy)",
                    found: "two that differ")
            }
            unused.remove(copy)
        }
        notes.append("its head stays tied to its embedding, as ensure_weight_tying says")
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
            if model.isConv1D && !projection.isTransposed { names.insert("\(path).weight") }
        }
        return names
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
