import CKernels

/// How the process treats freed memory.
public enum Memory {
    /// Makes the allocator keep freed memory, because the next layer needs arrays of the same sizes.
    /// Returning pages to the system and faulting them in again costs 5 % of a pass. One arena for all
    /// threads, because an arena per thread doubles what is kept.
    ///
    /// A setting of the whole process; call it at the start.
    public static func keepFreed() { kernel_keep_freed_memory() }
}
