public import ArgumentParser
import Foundation
public import Kernels

/// How a command reports while it runs.
enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
    case auto, json
}

extension Products.Precision: ExpressibleByArgument {}

/// Tokens that a worker computes together: enough for products to be fast, few enough to need little memory.
let usualPackTokens = 320

/// The same where nothing is differentiated, so that little is kept.
private let usualForwardPackTokens = 1024

/// Flags of every command that computes.
struct RunOptions: ParsableArguments {
    @Option(help: "Threads (default: one for each processor).") var threads: Int?
    @Option(
        name: .customLong("workers"),
        help:
            "Packs computed side by side (default: one for each thread). With 1 all threads share each product, which takes the memory of one pack."
    )
    var packsAtOnce: Int?
    @Option(help: "The seed of everything that is drawn.") var seed = 0
    @Option(
        help:
            "The arithmetic of products: fp32, bf16x3 (17 bits; on AMX up to 1.8 times as fast) or bf16 (8 bits)."
    )
    var precision = Products.Precision.fp32
    @Option(help: "Progress on standard error: auto (a bar on a terminal, else lines) or json.")
    var progress = ProgressStyle.auto
    @Flag(help: "No progress, no remarks.") var quiet = false
    @Option(
        name: .customLong("pack-tokens"),
        help:
            "Tokens computed together by a worker; memory grows with it (default: 320; of score and diagnose 1024; of train with all weights 768)."
    )
    var wantedPackTokens: Int?
    @OptionGroup var template: TemplateOptions

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads), but must lie between 1 and 1024.")
        }
        if let packsAtOnce, !(1...threadCount).contains(packsAtOnce) {
            throw ValidationError(
                "--workers is \(packsAtOnce), but must lie between 1 and the number of threads, \(threadCount)."
            )
        }
        guard (1...1_000_000).contains(packTokens) else {
            throw ValidationError("--pack-tokens is \(packTokens), but must lie between 1 and 1000000.")
        }
    }

    /// Tokens of a pack, except where `forwardPackTokens` holds.
    var packTokens: Int { wantedPackTokens ?? usualPackTokens }

    /// Tokens of a pack of `score` and `diagnose`, which keep nothing for a way back.
    var forwardPackTokens: Int { wantedPackTokens ?? usualForwardPackTokens }

    /// The threads of all workers.
    var threadCount: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

    /// The number of workers.
    var workers: Int { packsAtOnce ?? threadCount }

    /// What products are computed in: fp32 where the processor has nothing faster for what was asked.
    private var usedPrecision: Products.Precision { Products.runs(precision) ? precision : .fp32 }

    /// What products are computed in, for records of a run.
    var arithmetic: String { usedPrecision.rawValue }

    /// Lets products use the threads of all workers, and says what was decided.
    func begin() {
        Products.useThreads(threadCount)
        if !Products.runs(precision) {
            let needed = precision == .bf16 ? "AMX, or AVX-512 BF16 of AMD" : "AMX"
            remark("This processor has no fast \(precision) products (\(needed)): computing in fp32.")
        }
        Products.compute(in: usedPrecision)
        let share = threadCount / workers
        remark(
            "\(workers) worker\(workers == 1 ? "" : "s")\(share > 1 ? ", \(share) threads a product" : ""), "
                + "products by \(Products.kernels), \(arithmetic)")
    }

    /// Says what memory a run will take at its peak, and what to do where less is free.
    ///
    /// - Parameter predicted: From the number of workers to bytes.
    func remark(memory predicted: (_ workers: Int) -> Int) {
        let (peak, free) = (predicted(workers), freeMemory())
        var advice = ""
        if let free, peak > free {
            advice = ", and \(readable(bytes: free)) are free"
            if workers > 1 { advice += "; --workers 1 takes \(readable(bytes: predicted(1)))" }
        }
        remark("predicted peak memory \(readable(bytes: peak))\(advice)")
    }

    /// Says something on standard error, unless all is to be quiet or read by a program.
    func remark(_ line: String) {
        if !quiet && progress == .auto { standardError(line) }
    }
}
