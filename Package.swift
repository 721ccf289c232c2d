// swift-tools-version: 6.3
import PackageDescription

/// The targets of the library but for the index of facts.
let core = [
    "Files", "HTTP", "Kernels", "Statistics", "HDF5", "JSON",
    "Records", "ChatTemplates", "Tokenization", "Reports", "Tensor", "ModelFiles",
    "ModelHub", "Transformers", "Training", "Examples", "Evaluation", "Teachers",
    "Entailment", "LinearProbes", "GradAttrib", "HeadActivation", "LaMerCurriculum", "ModuleRobustness",
    "LanguageIdentification", "LanguageSubspaces", "Runs",
]

// Each line names a target and what it may see. Data flows from the top of the list to the bottom;
// no target sees one below it, and no method sees another method.
//
// Runs stands below the methods. A run goes from files to files: a training measures heads on the way, a remedy trains
// and diagnoses. So runs see the methods, and no method sees a run: what a method computes needs no folder, and what
// needs one (a plan, checkpoints, records, resuming) is the same for all methods.
let package = Package(
    name: "sft-probe",
    products: [
        // Everything; and everything but the index of facts, which brings SQLite and a client of PostgreSQL.
        .library(name: "SFTProbe", targets: ["SFTProbe"] + core + ["Knowledge", "PostgreSQL"]),
        .library(name: "SFTProbeCore", targets: ["SFTProbeCore"] + core),
        .executable(name: "sft-probe", targets: ["sft-probe"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C
        .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CHDF5", providers: [.apt(["libhdf5-dev"])]),
        .target(
            name: "CKernels", dependencies: ["COpenBLAS"],
            cSettings: [.headerSearchPath("."), .treatAllWarnings(as: .error)]),
        .target(name: "CDigest", cSettings: [.treatAllWarnings(as: .error)]),
        .target(name: "CPostgreSQL", cSettings: [.treatAllWarnings(as: .error)]),
        .target(name: "CDemoTasks", cSettings: [.treatAllWarnings(as: .error)]),
        .target(name: "CLanguageProfiles", cSettings: [.treatAllWarnings(as: .error)]),

        // Foundations
        .target(name: "Files"),
        .target(name: "JSON"),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .target(name: "HTTP", dependencies: ["CCurl"]),
        .target(name: "Kernels", dependencies: ["COpenBLAS", "CKernels"]),
        .target(name: "Statistics", dependencies: ["Kernels"]),
        .target(name: "HDF5", dependencies: ["CHDF5", "Files"]),
        .target(name: "PostgreSQL", dependencies: ["CPostgreSQL"]),
        .target(name: "ChatTemplates", dependencies: ["JSON"]),
        .target(name: "Records", dependencies: ["Files", "JSON"]),
        .target(name: "Tokenization", dependencies: ["Files", "JSON"]),
        .target(name: "Reports", dependencies: ["CDigest"]),
        .target(name: "Tensor", dependencies: ["Kernels"]),
        .target(name: "ModelFiles", dependencies: ["Files", "JSON", "Kernels"]),
        .target(name: "ModelHub", dependencies: ["CDigest", "Files", "HTTP"]),
        .target(name: "Transformers", dependencies: ["JSON", "Kernels", "Tensor", "ModelFiles"]),

        .target(
            name: "Training",
            dependencies: ["Files", "Records", "Kernels", "Tensor", "ModelFiles", "Transformers"]),
        .target(
            name: "Examples",
            dependencies: ["JSON", "Records", "Tokenization", "ChatTemplates", "Transformers"]),
        .target(
            name: "Evaluation",
            dependencies: ["Kernels", "Statistics", "Records", "Tokenization", "Transformers", "Examples"]),

        // Services that any method may use
        .target(name: "LanguageIdentification", dependencies: ["CLanguageProfiles", "Statistics"]),
        .target(
            name: "Teachers",
            dependencies: ["Files", "HTTP", "JSON", "Kernels", "Records", "Transformers"]),
        .target(
            name: "Entailment",
            dependencies: [
                "Statistics", "Records", "Tokenization", "Transformers", "Examples", "Evaluation", "Teachers",
            ]),
        .target(
            name: "Knowledge",
            dependencies: [
                "Kernels", "Statistics", "PostgreSQL", "Records", "Tokenization", "ModelFiles",
                "Transformers",
                "Evaluation",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),

        .target(
            name: "LinearProbes",
            dependencies: ["HDF5", "Kernels", "Statistics", "Evaluation", "Tensor", "Transformers"]),

        // Methods
        .target(
            name: "GradAttrib", dependencies: ["Files", "Kernels", "Statistics", "Tensor", "Transformers"]),
        .target(name: "HeadActivation", dependencies: ["HDF5", "Kernels", "Statistics"]),
        .target(
            name: "LaMerCurriculum",
            dependencies: [
                "Files", "Kernels", "Statistics", "Records", "Tokenization", "Tensor", "Transformers",
                "Examples", "Evaluation", "Teachers",
            ]),
        .target(
            name: "ModuleRobustness",
            dependencies: [
                "Kernels", "Statistics", "Records", "Tensor", "Transformers", "LinearProbes",
            ]),
        .target(
            name: "LanguageSubspaces",
            dependencies: [
                "Files", "Kernels", "Statistics", "Tensor", "ModelFiles", "Transformers", "Training",
                "Evaluation", "LinearProbes",
            ]),

        // Runs
        .target(
            name: "Runs",
            dependencies: [
                "Files", "JSON", "Kernels", "Statistics", "ChatTemplates", "Records", "Tokenization",
                "Reports",
                "Tensor",
                "ModelFiles", "ModelHub", "Transformers", "Training", "Examples", "Evaluation", "GradAttrib",
                "HeadActivation", "LaMerCurriculum", "ModuleRobustness", "LanguageSubspaces",
            ]),

        // The library by one import
        .target(name: "SFTProbeCore", dependencies: core.map { .byName(name: $0) }),
        .target(name: "SFTProbe", dependencies: ["SFTProbeCore", "Knowledge", "PostgreSQL"]),

        // A page that follows a run
        .target(
            name: "LiveReport",
            dependencies: [
                "Files", "Records", "Reports", "Training", "HeadActivation", "Runs",
                .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ]),

        // The tool
        .executableTarget(
            name: "sft-probe",
            dependencies: [
                "CDemoTasks", "Files", "Kernels", "Statistics", "HDF5", "PostgreSQL", "JSON", "ChatTemplates",
                "Records",
                "Tokenization", "Reports", "Tensor",
                "ModelFiles", "ModelHub",
                "Transformers", "Training", "Examples", "Evaluation", "Teachers", "Entailment", "Knowledge",
                "LinearProbes", "GradAttrib", "HeadActivation", "LaMerCurriculum", "ModuleRobustness",
                "LanguageIdentification", "LanguageSubspaces", "Runs", "LiveReport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ]),

        // Tests
        .target(name: "TestSupport", dependencies: ["Kernels", "Transformers"], path: "Tests/TestSupport"),
        .target(
            name: "TestServers",
            dependencies: [
                .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ], path: "Tests/TestServers"),
        .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
        .testTarget(
            name: "JSONTests", dependencies: ["JSON", "TestSupport"], exclude: ["Fixtures"]),
        .testTarget(name: "KernelsTests", dependencies: ["Kernels", "TestSupport"], exclude: ["Fixtures"]),
        .testTarget(
            name: "StatisticsTests", dependencies: ["Kernels", "Statistics", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(name: "HDF5Tests", dependencies: ["HDF5", "TestSupport"]),
        .testTarget(name: "PostgreSQLTests", dependencies: ["PostgreSQL", "TestSupport"]),
        .testTarget(name: "RecordsTests", dependencies: ["JSON", "Records", "TestSupport"]),
        .testTarget(
            name: "TokenizationTests", dependencies: ["ModelFiles", "Tokenization", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ChatTemplatesTests", dependencies: ["JSON", "ChatTemplates", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(name: "ReportsTests", dependencies: ["Reports", "TestSupport"]),
        .testTarget(name: "TensorTests", dependencies: ["Kernels", "Tensor", "TestSupport"]),
        .testTarget(
            name: "ModelFilesTests", dependencies: ["Kernels", "ModelFiles", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ModelHubTests",
            dependencies: [
                "ModelHub", "TestSupport", .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ]),
        .testTarget(
            name: "TransformersTests",
            dependencies: ["Kernels", "Tensor", "ModelFiles", "Transformers", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Kernels", "Records", "Tensor", "ModelFiles", "Transformers", "Training", "TestSupport",
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "ExamplesTests",
            dependencies: [
                "JSON", "ChatTemplates", "Examples", "Records", "Tokenization", "Transformers", "TestSupport",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "EvaluationTests",
            dependencies: [
                "Evaluation", "Examples", "ModelFiles", "Records", "Statistics", "Tokenization",
                "Transformers",
                "TestSupport",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "TeachersTests",
            dependencies: [
                "HTTP", "Records", "Teachers", "TestServers", "TestSupport",
                .product(name: "FlyingFox", package: "FlyingFox"),
            ]),
        .testTarget(
            name: "EntailmentTests",
            dependencies: [
                "Statistics", "ModelFiles", "Records", "Tokenization", "Transformers", "Teachers",
                "Entailment",
                "TestServers",
                "TestSupport", .product(name: "FlyingFox", package: "FlyingFox"),
            ]),
        .testTarget(
            name: "KnowledgeTests",
            dependencies: [
                "Kernels", "PostgreSQL", "Records", "Tokenization", "ModelFiles", "Transformers",
                "Evaluation",
                "Knowledge", "TestSupport",
            ], exclude: ["Fixtures"]),
        .testTarget(
            name: "LinearProbesTests",
            dependencies: [
                "HDF5", "Kernels", "LinearProbes", "ModelFiles", "Statistics", "TestSupport", "Transformers",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ModuleRobustnessTests",
            dependencies: [
                "Kernels", "ModelFiles", "ModuleRobustness", "Records", "TestSupport", "Tensor",
                "Transformers",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "LanguageIdentificationTests",
            dependencies: ["LanguageIdentification", "Statistics", "TestSupport"]),
        .testTarget(
            name: "LanguageSubspacesTests",
            dependencies: [
                "Kernels", "LanguageSubspaces", "LinearProbes", "ModelFiles", "TestSupport", "Tensor",
                "Training",
                "Transformers",
            ], exclude: ["Fixtures"]),
        .testTarget(
            name: "GradAttribTests",
            dependencies: [
                "Kernels", "Statistics", "Tensor", "ModelFiles", "Transformers", "GradAttrib", "TestSupport",
            ]),
        .testTarget(
            name: "HeadActivationTests",
            dependencies: ["HDF5", "Kernels", "Statistics", "HeadActivation", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "LaMerCurriculumTests",
            dependencies: [
                "Kernels", "Statistics", "Records", "Tokenization", "ModelFiles", "Transformers", "Examples",
                "Evaluation", "Teachers", "LaMerCurriculum", "TestServers", "TestSupport",
                .product(name: "FlyingFox", package: "FlyingFox"),
            ]),
        .testTarget(
            name: "RunsTests",
            dependencies: ["Evaluation", "HeadActivation", "Records", "Runs", "TestSupport"]),
        .testTarget(
            name: "LiveReportTests",
            dependencies: [
                "HeadActivation", "LiveReport", "Records", "Reports", "Runs", "TestSupport", "Training",
                .product(name: "FlyingFox", package: "FlyingFox"),
            ]),
        .testTarget(
            name: "SFTProbeTests",
            dependencies: [
                "sft-probe", "HDF5", "GradAttrib", "HeadActivation", "ModelHub", "PostgreSQL", "TestSupport",
            ],
            exclude: ["Fixtures"]),
    ]
)

// Every Swift target is held to the same rules: unsafe code has to say so, and a warning is an error.
for target in package.targets
where ![.system, .plugin, .binary].contains(target.type)
    && !["CCurl", "CDemoTasks", "CDigest", "CLanguageProfiles", "CKernels", "CPostgreSQL"].contains(
        target.name)
{
    target.swiftSettings = [
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]
}
