public import ArgumentParser
import Foundation
public import Kernels
import Runs

/// How a command reports progress.
enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
    case auto, json
}

extension Arithmetic.Precision: ExpressibleByArgument {}

/// A command that computes. It runs in the arithmetic that its flags ask for; a run of a library in that of its plan.
protocol ComputingCommand: ParsableCommand {
    var options: RunOptions { get }
}

/// Tokens per pack of passes without gradients, which keep little.
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
    @Option(
        help:
            "Progress on standard error: auto (a bar on a terminal, lines elsewhere) or json (every line is an event: docs/progress.md)."
    )
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
    var packTokens: Int { wantedPackTokens ?? Computing.usualPackTokens }

    /// Tokens per pack of `score` and `diagnose`, which compute no gradients.
    var forwardPackTokens: Int { wantedPackTokens ?? usualForwardPackTokens }

    /// The threads of all workers.
    var threadCount: Int { computing.threads }

    /// The number of workers.
    var workers: Int { computing.workers }

    /// How a run is to compute.
    var computing: Computing { computing(usualPackTokens: Computing.usualPackTokens) }

    /// The same with another default of tokens per pack.
    func computing(usualPackTokens: Int) -> Computing {
        Computing(
            threads: threads, workers: packsAtOnce, precision: precision, seed: seed,
            packTokens: wantedPackTokens ?? usualPackTokens, templateDate: template.templateDate)
    }

    /// Prints threads and precision.
    func begin() { computing.say(observer) }

    /// Prints a remark on standard error, unless --quiet is given.
    func remark(_ line: String) {
        if !quiet { Events.remark(line) }
    }
}
