// swift-tools-version: 6.3
import PackageDescription

// A package that uses the library as yours would: by the product SFTProbe alone.
let package = Package(
    name: "Library",
    dependencies: [.package(name: "sft-probe", path: "../..")],
    targets: [
        .executableTarget(name: "Library", dependencies: [.product(name: "SFTProbe", package: "sft-probe")]),
        // The program of the article "From a model to a head map" in SFTProbe's documentation.
        .executableTarget(name: "HeadMap", dependencies: [.product(name: "SFTProbe", package: "sft-probe")]),
    ]
)
