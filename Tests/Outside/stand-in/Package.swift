// swift-tools-version: 6.3
import PackageDescription

// Targets with the names that swift-transformers and mlx-swift-lm have, and next to nothing in them.
let package = Package(
    name: "stand-in",
    products: [
        .library(
            name: "Transformers", targets: ["Tokenizers", "Generation", "Models", "Hub", "TensorUtils"]),
        .library(name: "MLXLLM", targets: ["MLXLLM", "MLXVLM", "MLXLMCommon", "MLXEmbedders"]),
    ],
    targets: [
        .target(name: "Generation"),
        .target(name: "Hub"),
        .target(name: "Models"),
        .target(name: "TensorUtils"),
        .target(name: "Tokenizers"),
        .target(name: "MLXEmbedders"),
        .target(name: "MLXLLM"),
        .target(name: "MLXLMCommon"),
        .target(name: "MLXVLM"),
    ]
)
