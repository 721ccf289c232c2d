import COpenBLAS
import CKernels
import Synchronization

/// How many threads a single product or attention may use, and which kernels compute it, and how precisely.
///
/// All hold for the whole process, so they are set here and nowhere else. Threads share out rows of what is computed, and
/// each calls OpenBLAS for its own: its threads would wait for each other in a loop after every piece of a weight, which
/// a second load on the machine makes many times slower.
public enum Products {
    /// What computes products: the OpenBLAS kernels in use, the widest that this processor runs, and what is ours.
    ///
    /// OpenBLAS may have chosen others, because it is older than the processor or because `OPENBLAS_CORETYPE` is set
    /// for a whole machine; on a processor with AVX-512 the choice is made again before the program begins, which doubles
    /// the speed. `SFT_PROBE_BLAS_KERNELS` names kernels to use for everything instead (`Haswell`, `SkylakeX`, …).
    public static var kernels: String {
        let bf16 = unsafe precision == .bf16 ? [String(cString: kernel_bf16_products())] : []
        let panels = unsafe prefersPanels ? [String(cString: kernel_panel_products())] : []
        return (bf16 + panels + [unsafe "OpenBLAS " + String(cString: kernel_products())])
            .joined(separator: ", ")
    }

    /// What the two sides of a product with a stored weight or in attention are rounded to; sums are always floats.
    public enum Precision: String, Sendable, CaseIterable {
        /// Nothing: they are floats. In panels, numbers below 1e-38 count as zero, which would take many times as long.
        case fp32
        /// bf16: 8 bits of precision. Numbers below 1e-38 count as zero.
        case bf16
    }

    /// Whether this processor multiplies bf16 by an instruction of its own that is faster than floats: AMX, or AVX-512 BF16
    /// except on Intel's, where it takes twice as long.
    public static var runsBF16: Bool { kernel_runs_pairs() != 0 }

    /// Has products of several rows with stored weights and in attention computed in this precision from now on.
    ///
    /// bf16 is right on every processor, but slow on one that does not run it. Products of trained weights, of adapters
    /// and of few rows (fewer than 4 with a weight, than 24 in attention) stay in fp32.
    public static func compute(in precision: Precision) {
        roundsToBF16.store(precision == .bf16, ordering: .relaxed)
    }

    private static let roundsToBF16 = Atomic(false)

    /// The precision of products with stored weights and in attention.
    static var precision: Precision { roundsToBF16.load(ordering: .relaxed) ? .bf16 : .fp32 }

    /// Whether a product with so many rows on its left is computed in panels, by a kernel of ours.
    ///
    /// In fp32 that is so on processors with AVX2 or AVX-512, where it was measured to be faster than OpenBLAS.
    static func usesPanels(rows: Int, _ precision: Precision) -> Bool {
        rows >= Panels.leastRows && (prefersPanels || precision == .bf16)
    }

    private static let prefersPanels = kernel_prefers_panels() != 0

    private static let threadCount = Atomic(1)

    /// The threads that one product may use.
    static var threads: Int { threadCount.load(ordering: .relaxed) }

    /// Lets one product use this many threads, and OpenBLAS none of its own, which it does until this is called. 1 is
    /// right where the work is already spread over tasks.
    public static func useThreads(_ count: Int) {
        precondition(count >= 1, "a product needs a thread, not \(count)")
        openblas_set_num_threads(1)
        threadCount.store(count, ordering: .relaxed)
    }
}
