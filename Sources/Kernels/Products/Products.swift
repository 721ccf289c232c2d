import COpenBLAS
import CKernels
import Synchronization

/// Settings of the whole process: the threads that one product, attention or sum may use, the kernels that
/// compute products, and their precision.
///
/// Threads are ours: each computes some rows or columns of the output, and calls OpenBLAS single-threaded
/// where it is used. OpenBLAS' own threads would busy-wait for each other after every piece of a weight,
/// which is many times slower when the machine has other load.
public enum Products {
    /// The names of the kernels that compute products: ours, and those of OpenBLAS in use (the widest that
    /// this processor runs).
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

    /// What both sides of a product with a stored weight, or in attention, are rounded to. Sums are always
    /// fp32.
    public enum Precision: String, Sendable, CaseIterable {
        /// No rounding: fp32. In panels, denormals (below 1e-38) count as zero, because they would take many
        /// times as long.
        case fp32
        /// bf16: 8 bits of precision. Denormals (below 1e-38) count as zero.
        case bf16
        /// Each number as the sum of two bf16, hi + lo: 17 of the 24 bits of a float. A product is hi·hi +
        /// hi·lo + lo·hi; lo·lo is left out (Henry, Tang and Heinecke 2019, "Leveraging the bfloat16
        /// artificial intelligence datatype for higher-precision computations").
        case bf16x3
    }

    /// Whether this processor computes products in this precision at least as fast as in fp32: bf16 with AMX,
    /// or with AVX-512 BF16 except on Intel's processors, where that takes twice as long; bf16x3 with AMX.
    public static func runs(_ precision: Precision) -> Bool {
        switch precision {
        case .fp32: true
        case .bf16: kernel_runs_pairs() != 0
        case .bf16x3: kernel_multiplies_parts() != 0
        }
    }

    /// Sets the precision of products with stored weights and in attention from now on.
    ///
    /// Where ``runs(_:)`` is false, bf16 is computed correctly but slowly, and bf16x3 as fp32. Products with
    /// trained weights and adapters stay fp32 under bf16, and use bf16x3 under bf16x3. Products with few rows
    /// on the left stay fp32: fewer than 4 with a weight, fewer than 24 in attention, fewer than 16 for
    /// bf16x3.
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
    public static var precision: Precision {
        switch partsOfNumbers.load(ordering: .relaxed) {
        case 1: .bf16
        case 2: .bf16x3
        default: .fp32
        }
    }

    /// Whether a product whose left side has so many rows is packed and computed by our kernels.
    ///
    /// In fp32 only with AVX2 or AVX-512, where this was measured to be faster than OpenBLAS.
    static func usesPanels(rows: Int, _ precision: Precision) -> Bool {
        switch precision {
        case .fp32: prefersPanels && rows >= Panels.leastRows
        case .bf16: rows >= Panels.leastRows
        case .bf16x3: rows >= (prefersPanels ? Panels.leastRows : leastRowsOfTiles)
        }
    }

    /// The packed formats of both sides of a product: the left side has so many rows, the right side is a
    /// weight stored in `format`.
    ///
    /// A float is exactly the sum of three bf16, so in fp32 its product with a bf16 weight is exact with AMX,
    /// in a third of the time.
    static func sides(rows: Int, _ format: BlockFormat) -> (left: PanelNumbers, right: PanelNumbers) {
        switch precision {
        case .bf16: (.bf16(parts: 1), .bf16(parts: 1))
        case .bf16x3 where rows >= leastRowsOfTiles: (.bf16(parts: 2), .bf16(parts: format == .bf16 ? 1 : 2))
        case .fp32 where runsTiles && format == .bf16 && rows >= leastRowsOfTiles:
            (.bf16(parts: 3), .bf16(parts: 1))
        case .fp32, .bf16x3: (.floats, .floats)
        }
    }

    /// The same for a product of two matrices in memory, with inner dimension `depth`.
    static func sides(rows: Int, depth: Int) -> (left: PanelNumbers, right: PanelNumbers) {
        guard precision == .bf16x3, rows >= leastRowsOfTiles, depth >= 64 else { return (.floats, .floats) }
        return (.bf16(parts: 2), .bf16(parts: 2))
    }

    private static let prefersPanels = kernel_prefers_panels() != 0
    private static let runsTiles = prefersPanels && kernel_multiplies_parts() != 0
    private static let leastRowsOfTiles = 16

    private static let threadCount = Atomic(1)
    private static let runningTasks = Atomic(0)

    /// The threads that a product that starts now may use.
    static var threads: Int {
        let tasks = max(1, runningTasks.load(ordering: .relaxed))
        return max(1, threadCount.load(ordering: .relaxed) / tasks)
    }

    /// Sets the number of threads of all products together, and makes OpenBLAS single-threaded (until this
    /// call it uses its own threads).
    public static func useThreads(_ count: Int) {
        precondition(count >= 1, "a product needs a thread, not \(count)")
        openblas_set_num_threads(1)
        threadCount.store(count, ordering: .relaxed)
    }

    /// Runs a task that shares the threads with other tasks run by this function. When some tasks end, the
    /// remaining ones get more threads, so that the last task is not left with a single thread.
    ///
    /// With OpenBLAS the share is fixed to 1/workers: its rounding depends on the number of rows per thread,
    /// which would then depend on timing.
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
