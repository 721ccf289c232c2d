public import ArgumentParser
import Foundation
public import Kernels

/// How a command reports progress.
enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
    case auto, json
}

extension Arithmetic.Precision: ExpressibleByArgument {}

/// A command that computes. It runs in the arithmetic that its flags ask for.
protocol ComputingCommand: AsyncParsableCommand {
    var options: RunOptions { get }
}

/// Default tokens per pack: enough for fast products, few enough for little memory.
let usualPackTokens = 320

/// The same for passes without gradients, which keep little.
private let usualForwardPackTokens = 1024

/// The flags of every command that computes.
struct RunOptions: ParsableArguments {
    @Option(help: "CPU threads in all (default: one per processor).") var threads: Int?
    @Option(
        name: .customLong("workers"),
        help:
            "Packs (micro-batches) computed in parallel (default: one per thread). Fewer need less memory; each matrix product then uses more threads."
    )
    var packsAtOnce: Int?
    @Option(help: "Random seed.") var seed = 0
    @Option(
        help:
            "Precision of matrix products: fp32, bf16x3 (two bf16 per number, 17 bits; up to 1.8 times as fast on AMX) or bf16 (8 bits). Sums are fp32."
    )
    var precision = Arithmetic.Precision.fp32
    @Option(help: "Progress on standard error: auto (a bar on a terminal, lines elsewhere) or json.")
    var progress = ProgressStyle.auto
    @Flag(help: "Print no progress and no remarks.") var quiet = false
    @Option(
        name: .customLong("pack-tokens"),
        help:
            "Tokens per pack (micro-batch); memory grows with it (default: 320; 1024 for score and diagnose; 768 for train without LoRA)."
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

    /// Tokens per pack, where gradients are computed.
    var packTokens: Int { wantedPackTokens ?? usualPackTokens }

    /// Tokens per pack of `score` and `diagnose`, which compute no gradients.
    var forwardPackTokens: Int { wantedPackTokens ?? usualForwardPackTokens }

    /// The threads of all workers.
    var threadCount: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

    /// The number of workers.
    var workers: Int { packsAtOnce ?? threadCount }

    /// The precision that is used: fp32 where the processor has no faster instructions for the one asked for.
    private var usedPrecision: Arithmetic.Precision { Arithmetic.runs(precision) ? precision : .fp32 }

    /// What these flags ask for, as far as the processor has it.
    var wantedArithmetic: Arithmetic { Arithmetic(precision: usedPrecision, threads: threadCount) }

    /// The precision that this task computes in, for records.
    var arithmetic: String { Arithmetic.current.precision.rawValue }

    /// Prints threads and precision.
    func begin() {
        if !Arithmetic.runs(precision) {
            let needed = precision == .bf16 ? "AMX, or AVX-512 BF16 of AMD" : "AMX"
            remark("This processor has no fast \(precision) products (\(needed)): computing in fp32.")
        }
        let share = threadCount / workers
        remark(
            "\(workers) worker\(workers == 1 ? "" : "s")\(share > 1 ? ", \(share) threads a product" : ""), "
                + "products by \(Arithmetic.current.kernels), \(arithmetic)")
    }

    /// Prints the predicted peak memory of a run, and advice if less is free.
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

    /// Prints a remark on standard error, unless --quiet or --progress json is given.
    func remark(_ line: String) {
        if !quiet && progress == .auto { standardError(line) }
    }
}
