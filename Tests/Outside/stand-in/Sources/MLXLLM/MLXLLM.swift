/// The name.
public let name = "MLXLLM"
