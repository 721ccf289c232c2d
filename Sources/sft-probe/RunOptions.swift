import ArgumentParser
import Foundation
import Kernels

/// How a command reports while it runs.
enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
    case auto, json
}

/// The arithmetic of the big products.
enum Precision: String, ExpressibleByArgument, CaseIterable {
    case fp32, bf16
}

/// Flags of every command that computes.
struct RunOptions: ParsableArguments {
    @Option(help: "Worker threads (default: one for each processor).") var threads: Int?
    @Option(help: "The seed of everything that is drawn.") var seed = 0
    @Option(help: "The arithmetic of products: fp32 or bf16.") var precision = Precision.fp32
    @Option(help: "Progress on standard error: auto (a bar on a terminal, else lines) or json.")
    var progress = ProgressStyle.auto
    @Flag(help: "No progress, no remarks.") var quiet = false
    @Option(help: "Tokens computed together by a worker; memory grows with it.") var packTokens = 512

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads), but must lie between 1 and 1024.")
        }
        guard (1...1_000_000).contains(packTokens) else {
            throw ValidationError("--pack-tokens is \(packTokens), but must lie between 1 and 1000000.")
        }
    }

    /// The number of workers.
    var workers: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

    /// Makes products single-threaded, for workers are what is parallel, and says what was decided.
    func begin() {
        Products.useThreads(1)
        if precision == .bf16 { remark("bf16 products are not there yet: computing in fp32.") }
        remark("\(workers) worker\(workers == 1 ? "" : "s"), OpenBLAS \(Products.kernels) kernels, fp32")
    }

    /// Says something on standard error, unless all is to be quiet or read by a program.
    func remark(_ line: String) {
        if !quiet && progress == .auto { standardError(line) }
    }
}
