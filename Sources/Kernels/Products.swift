import COpenBLAS
import CKernels
import Synchronization

/// How many threads a single product or attention may use, and which kernels compute it.
///
/// Both hold for the whole process, so both are set here and nowhere else. Threads share out rows of what is computed, and
/// each calls OpenBLAS for its own: its threads would wait for each other in a loop after every piece of a weight, which
/// a second load on the machine makes many times slower.
public enum Products {
    /// The name of the OpenBLAS kernels in use: the widest that this processor runs.
    ///
    /// OpenBLAS may have chosen others, because it is older than the processor or because `OPENBLAS_CORETYPE` is set
    /// for a whole machine; on a processor with AVX-512 the choice is made again before the
    /// program begins, which doubles the speed.
    /// `SFT_PROBE_BLAS_KERNELS` names kernels to use instead (`Haswell`, `SkylakeX`, …).
    public static let kernels: String = unsafe String(cString: kernel_products())

    /// Whether a product with so many rows on its left is computed in panels, by a kernel of ours.
    ///
    /// So it is on processors with AVX2 but without AVX-512, where it was measured to be faster than OpenBLAS.
    static func usesPanels(rows: Int) -> Bool { rows >= Panels.leastRows && hasPanels }

    private static let hasPanels = kernel_prefers_panels() != 0

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
