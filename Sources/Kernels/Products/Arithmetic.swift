import CKernels

/// How products, attention and sums are computed: their precision, the threads that they may use, and the
/// kernels. It changes speed and rounding, never what is computed.
///
/// A task has one, ``current``, and its child tasks inherit it; the threads of a product take it along:
///
///     await Arithmetic.$current.withValue(Arithmetic(precision: .bf16, threads: 8)) { await train() }
///
/// Threads are ours: each computes some rows or columns of the output, and calls OpenBLAS single-threaded
/// where it is used. OpenBLAS' own threads would busy-wait for each other after every piece of a weight,
/// which is many times slower when the machine has other load.
public struct Arithmetic: Sendable {
    /// The arithmetic of this task. Where none is set: fp32 on one thread.
    @TaskLocal public static var current = Arithmetic()

    /// The precision of products with stored weights and in attention.
    ///
    /// Where ``runs(_:)`` is false, bf16 is computed correctly but slowly, and bf16x3 as fp32. Products with
    /// trained weights and adapters stay fp32 under bf16, and use bf16x3 under bf16x3. Products with few rows
    /// on the left stay fp32: fewer than 4 with a weight, fewer than 24 in attention, fewer than 16 for
    /// bf16x3.
    public let precision: Precision

    /// The threads of all products together, 1 or more.
    public let threads: Int

    /// Whether fp32 products are packed and computed by our kernels, or by OpenBLAS.
    public let usesPanels: Bool

    /// The tasks that share the threads, if there are any.
    private let tasks: RunningTasks?

    /// An arithmetic of its own.
    ///
    /// - Parameters:
    ///   - precision: That of products with stored weights and of attention.
    ///   - threads: The threads of all products together, 1 or more.
    ///   - usesPanels: Default: on processors where this was measured to be faster (AVX2, AVX-512).
    public init(precision: Precision = .fp32, threads: Int = 1, usesPanels: Bool = Self.panelsAreFaster) {
        self.init(precision: precision, threads: threads, usesPanels: usesPanels, tasks: nil)
    }

    private init(precision: Precision, threads: Int, usesPanels: Bool, tasks: RunningTasks?) {
        precondition(threads >= 1, "a product needs a thread, not \(threads)")
        self.precision = precision == .bf16x3 && !Self.runs(.bf16x3) ? .fp32 : precision
        (self.threads, self.usesPanels, self.tasks) = (threads, usesPanels, tasks)
    }

    /// Whether this processor computes fp32 products faster by our kernels than by OpenBLAS.
    public static let panelsAreFaster = kernel_prefers_panels() != 0

    /// The names of the kernels that compute products: ours, and those of OpenBLAS in use (the widest that
    /// this processor runs).
    ///
    /// OpenBLAS may have chosen others, because it is older than the processor or because `OPENBLAS_CORETYPE` is set
    /// for a whole machine; on a processor with AVX-512 the choice is made again before the program begins, which doubles
    /// the speed. `SFT_PROBE_BLAS_KERNELS` names kernels to use for everything instead (`Haswell`, `SkylakeX`, …).
    public var kernels: String {
        let bf16 = unsafe runsTiles || precision != .fp32 ? [String(cString: kernel_bf16_products())] : []
        let panels = unsafe usesPanels ? [String(cString: kernel_panel_products())] : []
        return (bf16 + panels + [unsafe "OpenBLAS " + String(cString: kernel_products())])
            .joined(separator: ", ")
    }
}

extension Arithmetic {
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
}

extension Arithmetic {
    /// The threads that a product that starts now may use.
    var freeThreads: Int { max(1, threads / max(1, tasks?.count ?? 1)) }

    /// The same for tasks that share the threads: each computes in ``asOneTask(_:)``. When some tasks end, the
    /// remaining ones get more threads, so that the last task is not left with a single thread.
    ///
    /// With OpenBLAS the share is fixed to 1/workers: its rounding depends on the number of rows per thread,
    /// which would then depend on timing.
    package func shared(among workers: Int) -> Arithmetic {
        let (own, tasks) = usesPanels ? (freeThreads, RunningTasks()) : (max(1, freeThreads / workers), nil)
        return Arithmetic(precision: precision, threads: own, usesPanels: usesPanels, tasks: tasks)
    }

    /// Runs one of the tasks that share the threads.
    package func asOneTask<Result, Failure: Error>(
        _ task: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        tasks?.begin()
        defer { tasks?.end() }
        return try task()
    }
}
