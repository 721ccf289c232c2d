package import ChatTemplates
import Examples
import Foundation
public import Kernels
package import Tokenization

/// How a run computes: threads and memory, precision, what is drawn, and the day that chat templates print.
public struct Computing: Codable, Sendable, Equatable {
    /// The threads of all workers together.
    public var threads: Int
    /// Packs (micro-batches) computed in parallel.
    public var workers: Int
    /// The precision of matrix products that is asked for.
    public var precision: Arithmetic.Precision
    /// The random seed.
    public var seed: Int
    /// Tokens per pack.
    public var packTokens: Int
    /// The day for chat templates that print one, as in 2026-11-30; nil: today.
    public var templateDate: String?

    enum CodingKeys: String, CodingKey {
        case threads, workers, precision, seed
        case packTokens = "pack_tokens"
        case templateDate = "template_date"
    }

    /// Tokens per pack where gradients are computed: enough for fast products, few enough for little memory.
    public static let usualPackTokens = 320

    /// A way to compute; by default on all processors, a pack on each.
    public init(
        threads: Int? = nil, workers: Int? = nil, precision: Arithmetic.Precision = .fp32, seed: Int = 0,
        packTokens: Int = usualPackTokens, templateDate: String? = nil
    ) {
        self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        self.workers = workers ?? self.threads
        (self.precision, self.seed, self.packTokens) = (precision, seed, packTokens)
        self.templateDate = templateDate
    }

    /// The threads and the precision: fp32 where the processor has no faster instructions for the precision that is asked
    /// for.
    public var arithmetic: Arithmetic {
        Arithmetic(precision: Arithmetic.runs(precision) ? precision : .fp32, threads: threads)
    }

    /// Says how a run computes.
    package func say(_ observer: RunObserver) {
        if !Arithmetic.runs(precision) {
            let needed = precision == .bf16 ? "AMX, or AVX-512 BF16 of AMD" : "AMX"
            observer.remark(
                "This processor has no fast \(precision) products (\(needed)): computing in fp32.")
        }
        let share = threads / workers
        observer.remark(
            "\(workers) worker\(workers == 1 ? "" : "s")\(share > 1 ? ", \(share) threads a product" : ""), "
                + "products by \(arithmetic.kernels), \(arithmetic.precision.rawValue)")
    }

    /// The precision that this task computes in, for records.
    public static var usedPrecision: String { Arithmetic.current.precision.rawValue }

    /// How a model was computed with, for records: in the precision that is in use, for the day that its template prints.
    public func used(with open: OpenModel) -> Computing {
        var used = self
        used.precision = Arithmetic.current.precision
        used.templateDate = template.printed(by: open.tokenizer)
        return used
    }

    /// The day for chat templates.
    package var template: TemplateDay { TemplateDay(day: templateDate) }
}

extension Arithmetic.Precision: Codable {}

/// The day for which chat templates are rendered.
package struct TemplateDay: Sendable {
    /// As in 2026-11-30; nil: today.
    package var day: String?

    package init(day: String? = nil) { self.day = day }

    /// The moment to render for.
    package var now: Moment { day.flatMap { Moment(day: $0) } ?? .now }

    /// The day that a tokenizer's template prints; nil if it prints none.
    package func printed(by tokenizer: Tokenizer) -> String? { tokenizer.templateAsksForDate ? now.day : nil }
}
