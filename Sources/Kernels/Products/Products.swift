import COpenBLAS
import CKernels
import Synchronization

/// How many threads a single product, attention or sum may use, and which kernels compute products, and how precisely.
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
        let bf16 = unsafe runsTiles || precision != .fp32 ? [String(cString: kernel_bf16_products())] : []
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
        /// The sum of two bf16: 17 bits of precision, of the 24 of a float. A product is the sum of three in bf16; that of the two
        /// second parts is left out (Henry, Tang and Heinecke 2019, "Leveraging the bfloat16 artificial intelligence datatype for
        /// higher-precision computations").
        case bf16x3
    }

    /// Whether this processor computes products in this precision no slower than in fp32: bf16 by AMX, or by AVX-512 BF16 except on
    /// Intel's, where that takes twice as long; bf16x3 by AMX.
    public static func runs(_ precision: Precision) -> Bool {
        switch precision {
        case .fp32: true
        case .bf16: kernel_runs_pairs() != 0
        case .bf16x3: kernel_multiplies_parts() != 0
        }
    }

    /// Has products of several rows with stored weights and in attention computed in this precision from now on.
    ///
    /// bf16 is right on every processor, but slow on one that does not run it; bf16x3 is fp32 there. Products of trained weights
    /// and of adapters stay in fp32 beside bf16, and are computed in bf16x3 too. Those of few rows (fewer than 4 with a
    /// weight, than 24 in attention; than 16 for bf16x3) stay in fp32.
    public static func compute(in precision: Precision) {
        let parts =
            switch precision {
            case .fp32: 0
            case .bf16: 1
            case .bf16x3: runs(.bf16x3) ? 2 : 0
            }
        partsOfNumbers.store(parts, ordering: .relaxed)
    }

    private static let partsOfNumbers = Atomic(0)

    /// The precision of products with stored weights and in attention.
    static var precision: Precision {
        switch partsOfNumbers.load(ordering: .relaxed) {
        case 1: .bf16
        case 2: .bf16x3
        default: .fp32
        }
    }

    /// Whether a product with so many rows on its left is computed in panels, by a kernel of ours.
    ///
    /// In fp32 that is so on processors with AVX2 or AVX-512, where it was measured to be faster than OpenBLAS.
    static func usesPanels(rows: Int, _ precision: Precision) -> Bool {
        switch precision {
        case .fp32: prefersPanels && rows >= Panels.leastRows
        case .bf16: rows >= Panels.leastRows
        case .bf16x3: rows >= (prefersPanels ? Panels.leastRows : leastRowsOfTiles)
        }
    }

    /// What the sides of a product in panels hold, the left one with so many rows, the right one numbers of a format.
    ///
    /// A float is the sum of three bf16, so its products with a bf16 are exact in AMX: that takes a third of the time of floats.
    static func sides(rows: Int, _ format: BlockFormat) -> (left: PanelNumbers, right: PanelNumbers) {
        switch precision {
        case .bf16: (.bf16(parts: 1), .bf16(parts: 1))
        case .bf16x3 where rows >= leastRowsOfTiles: (.bf16(parts: 2), .bf16(parts: format == .bf16 ? 1 : 2))
        case .fp32 where runsTiles && format == .bf16 && rows >= leastRowsOfTiles:
            (.bf16(parts: 3), .bf16(parts: 1))
        case .fp32, .bf16x3: (.floats, .floats)
        }
    }

    /// The same of a product of two matrices in memory, which sums over so many numbers.
    static func sides(rows: Int, depth: Int) -> (left: PanelNumbers, right: PanelNumbers) {
        guard precision == .bf16x3, rows >= leastRowsOfTiles, depth >= 64 else { return (.floats, .floats) }
        return (.bf16(parts: 2), .bf16(parts: 2))
    }

    private static let prefersPanels = kernel_prefers_panels() != 0
    private static let runsTiles = prefersPanels && kernel_multiplies_parts() != 0
    private static let leastRowsOfTiles = 16

    private static let threadCount = Atomic(1)
    private static let runningTasks = Atomic(0)

    /// The threads that a product may use which begins now.
    static var threads: Int {
        let tasks = max(1, runningTasks.load(ordering: .relaxed))
        return max(1, threadCount.load(ordering: .relaxed) / tasks)
    }

    /// Lets products use this many threads together, and OpenBLAS none of its own, which it does until this is called.
    public static func useThreads(_ count: Int) {
        precondition(count >= 1, "a product needs a thread, not \(count)")
        openblas_set_num_threads(1)
        threadCount.store(count, ordering: .relaxed)
    }

    /// Runs a task beside others that are run by this, as many as there are workers: each has its share of the threads, and when
    /// some have ended, the rest have more, so that the last is not left to a single thread.
    ///
    /// Not so where OpenBLAS computes: how it rounds depends on how many rows a thread has, and that would depend on time.
    package static func sharingThreads<Result, Failure: Error>(
        among workers: Int, _ task: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard prefersPanels else {
            runningTasks.store(workers, ordering: .relaxed)
            return try task()
        }
        runningTasks.add(1, ordering: .relaxed)
        defer { runningTasks.subtract(1, ordering: .relaxed) }
        return try task()
    }
}
