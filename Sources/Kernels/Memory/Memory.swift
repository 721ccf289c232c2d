import CKernels

/// What the process does with memory that is free again.
public enum Memory {
    /// Has the allocator keep what is freed, for arrays of the same sizes are wanted again in the next layer. Giving
    /// pages back and fetching them anew costs a twentieth of a pass; a place for each thread doubles what is kept.
    ///
    /// A setting of the whole process, to be made at its start.
    public static func keepFreed() { kernel_keep_freed_memory() }
}
