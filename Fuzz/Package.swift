// swift-tools-version: 6.3
import PackageDescription

// Fuzz targets for the readers of files that come from strangers. A package of its own: it is built with libFuzzer's
// coverage, which the root package never is. `make fuzz` builds and runs it.
let package = Package(
    name: "Fuzz",
    dependencies: [.package(name: "sft-probe", path: "..")],
    targets: [
        .executableTarget(
            name: "Fuzz", dependencies: [.product(name: "SFTProbe", package: "sft-probe")],
            swiftSettings: [.treatAllWarnings(as: .error), .unsafeFlags(["-parse-as-library"])])
    ]
)
