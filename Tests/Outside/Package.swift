// swift-tools-version: 6.3
import PackageDescription

// A package that uses the library beside packages with the target names of swift-transformers and mlx-swift-lm.
let package = Package(
    name: "Outside",
    dependencies: [
        .package(name: "sft-probe", path: "../.."), .package(name: "stand-in", path: "stand-in"),
    ],
    targets: [
        .executableTarget(
            name: "Outside",
            dependencies: [
                .product(name: "SFTProbeCore", package: "sft-probe"),
                .product(name: "Transformers", package: "stand-in"),
                .product(name: "MLXLLM", package: "stand-in"),
            ])
    ]
)
