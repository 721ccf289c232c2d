/// Where in a model states are read.
public enum StateSite: String, CaseIterable, Sendable {
    /// The residual stream: layer 0 is what enters the first block, layer L what leaves the last. [layer, width]
    case residual
    /// What each head hands to the output projection. [layer, head, dHead]
    case head
    /// What each feed-forward layer adds to the stream. [layer, width]
    case mlp
}

/// Of which tokens a state is.
public enum StatePosition: String, CaseIterable, Sendable {
    /// The last token: where the model would begin to answer.
    case last
    /// The mean over all tokens.
    case mean
    /// Every token by itself.
    case all
}
