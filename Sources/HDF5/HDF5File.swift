import CHDF5
import Foundation

/// An HDF5 file, closed when the value goes away.
///
/// Objects are named by their path from the root, such as `/gsm8k/base/signed`. A file is not `Sendable`: it
/// stays in one task.
public struct HDF5File: ~Copyable {
    /// Where the file is.
    public let path: String
    private let identifier: Identifier
    private let known = Known()
    let isReadOnly: Bool
    var id: hid_t { identifier.id }

    /// Creates a file, or empties the one that is there.
    public init(creating path: String) throws(HDF5Error) {
        let creation = try Identifier("create", in: path, closedBy: H5Pclose) {
            H5Pcreate(hdf5_file_creation())
        }
        try attempt("create", in: path) { H5Pset_link_creation_order(creation.id, keptInOrder) }
        let access = try checkedMetadata(path)
        identifier = try Identifier("create the file", in: path, closedBy: H5Fclose) {
            unsafe H5Fcreate(path, hdf5_truncate(), creation.id, access.id)
        }
        self.path = path
        isReadOnly = false
    }

    /// Opens a file that is only read.
    public init(reading path: String) throws(HDF5Error) {
        try requireSignature(path)
        try requireNoWriter(of: path)
        try self.init(opening: path, access: hdf5_read_only())
    }

    /// Opens a file in place for reading and writing. A change that is interrupted spoils it: prefer ``HDF5Update``.
    public init(writing path: String) throws(HDF5Error) {
        try self.init(opening: path, access: hdf5_read_write())
    }

    private init(opening path: String, access mode: UInt32) throws(HDF5Error) {
        try requireSignature(path)
        let access = try checkedMetadata(path)
        identifier = try Identifier("open the file", in: path, closedBy: H5Fclose) {
            unsafe H5Fopen(path, mode, access.id)
        }
        self.path = path
        isReadOnly = mode == hdf5_read_only()
    }

    /// Refuses a file whose heap the library would not survive: to be called before data of variable length are read or
    /// removed. It is looked at once, in another process.
    func requireSoundHeap() throws(HDF5Error) {
        let isSound: Bool
        if let known = known.hasSoundHeap {
            isSound = known
        } else {
            isSound = try survivesHeap(of: id, hdf5_all_of_heap, in: path)
        }
        known.hasSoundHeap = isSound
        if !isSound { throw unsoundHeap(path) }
    }

    /// The same before the texts of a dataset are read: of the first ones each is tried, then those of all datasets at once.
    func requireSoundTexts(of dataset: hid_t) throws(HDF5Error) {
        let known = known
        if known.hasSoundHeap == true || known.hasSoundTexts { return }
        known.triedTexts += 1
        let isOne = known.triedTexts <= 3
        let isSound = try survivesHeap(
            of: isOne ? dataset : id, isOne ? hdf5_one_dataset : hdf5_all_datasets, in: path)
        known.hasSoundTexts = isSound && !isOne
        if !isSound { throw unsoundHeap(path) }
    }

    /// Whether something was removed since the file was opened, which leaves room unused.
    public var hasRemoved: Bool { known.hasRemoved }

    /// Whether a group was found before, in a file that is only read.
    func knows(group: String) -> Bool { known.groups.contains(group) }

    /// Notes that a group is there, in a file that is only read: what is in it need not be looked for from the root on.
    func note(group: String) { if isReadOnly { known.groups.insert(group) } }

    /// Notes that something was removed.
    func noteRemoval() { known.hasRemoved = true }

    /// What is known of the open file.
    private final class Known {
        var hasSoundHeap: Bool?
        var (hasSoundTexts, triedTexts) = (false, 0)
        var hasRemoved = false
        var groups: Set<String> = []  // that were found in a file that is only read
    }

    /// The size of the file as it is now, and how much of that was freed since it was opened and is not used again, in
    /// bytes.
    public func room() throws(HDF5Error) -> (size: Int, freed: Int) {
        try flush()
        var size: hsize_t = 0
        try attempt("look at the file", in: path) { unsafe H5Fget_filesize(id, &size) }
        let freed = try attempt("look at the file", in: path) { H5Fget_freespace(id) }
        return (Int(clamping: size), Int(clamping: freed))
    }

    /// Hands everything written so far to the operating system.
    public func flush() throws(HDF5Error) {
        try attempt("write", in: path) { H5Fflush(id, H5F_SCOPE_GLOBAL) }
    }

    /// Writes what is left and closes the file.
    public consuming func close() throws(HDF5Error) {
        try flush()
    }
}

/// Whether the library, in another process, survives reading what an object of a file keeps in its heap.
private func survivesHeap(of object: hid_t, _ tried: hdf5_tried, in path: String) throws(HDF5Error) -> Bool {
    try attempt("write", in: path) { H5Fflush(object, H5F_SCOPE_GLOBAL) }
    let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    let seconds = UInt32(clamping: 4 + size >> 24)  // a megabyte of such data takes some milliseconds
    let (outcome, reason) = ask { (hdf5_heap_is_sound(object, tried, seconds), errno) }
    guard outcome >= 0 else {
        errno = reason
        throw systemFailure(
            "start another process to read what is of variable length in it", targetOfPartial(path))
    }
    return outcome == 1
}

/// The error for a file whose heap the library does not survive.
private func unsoundHeap(_ path: String) -> HDF5Error {
    .damaged(
        path: targetOfPartial(path), task: "read what is of variable length in it",
        reason: "the library fails on it")
}

/// New objects are written as HDF5 1.8 first did: with checksums, without which the library may crash on a damaged
/// file.
private func checkedMetadata(_ path: String) throws(HDF5Error) -> Identifier {
    let access = try Identifier("open the file", in: path, closedBy: H5Pclose) {
        H5Pcreate(hdf5_file_access())
    }
    try attempt("open the file", in: path) {
        H5Pset_libver_bounds(access.id, H5F_LIBVER_V18, H5F_LIBVER_V110)
    }
    return access
}

/// Links are listed in the order in which they were made.
let keptInOrder = UInt32(H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)

/// Refuses what the library should not be shown: it can wait for ever on a pipe, and says little about a stranger.
func requireSignature(_ path: String) throws(HDF5Error) {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw .missing(path: path)
    }
    if isFolder.boolValue { throw .notHDF5(path: path, found: "a folder") }
    let kind =
        (try? FileManager.default.attributesOfItem(atPath: resolved(path)))?[.type] as? FileAttributeType
    guard kind == .typeRegular else {
        throw .notHDF5(path: path, found: "something that is not a plain file")
    }
    let start: Data
    do {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        start = try file.read(upToCount: 8) ?? Data()
    } catch {
        throw .failed(path: path, task: "open the file", reason: "it cannot be read; check its permissions")
    }
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
    guard Array(start) != signature else { return }
    let found =
        start.isEmpty ? "an empty file" : start.map { "0x" + String($0, radix: 16) }.joined(separator: " ")
    throw .notHDF5(path: path, found: found)
}

/// The path with every symbolic link followed.
func resolved(_ path: String) -> String {
    URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
}
