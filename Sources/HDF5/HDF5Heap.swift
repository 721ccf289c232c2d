import CHDF5
import Foundation

/// Texts of variable length, read off the file's heap without the library, which crashes on a damaged one.
///
/// - Source: HDF5 File Format Specification 3.0, III.E, Global Heap; IV.A.2.d, datatype class 9.
extension HDF5File {
    /// The texts of a dataset whose elements lie in one piece; nil where they are stored in another way.
    ///
    /// - Throws: `damaged` where the heap is not what the elements say.
    func textsInHeap(
        of dataset: borrowing Identifier, count: Int, _ name: String
    ) throws(HDF5Error) -> [String]? {
        let place = ask { H5Dget_offset(dataset.id) }
        guard place != haddr_t.max, let file = descriptor() else { return nil }
        if !isReadOnly { try flush() }
        var signature = [UInt8](repeating: 0, count: 8)
        // Addresses count from the signature, which a block of the user's may precede.
        guard file.read(&signature, at: 0), signature == [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
        else {
            return nil
        }
        var elements = [UInt8](repeating: 0, count: 16 * count)
        guard file.read(&elements, at: UInt64(place)) else { throw damagedHeap(name) }
        var heap = Heap(file: file)
        var texts: [String] = []
        texts.reserveCapacity(count)
        for item in 0..<count {
            let element = elements[16 * item..<16 * (item + 1)]
            let (length, address) = (element.number(0, bytes: 4), element.number(4, bytes: 8))
            guard length > 0 else {
                texts.append("")
                continue
            }
            guard let bytes = heap.object(UInt32(element.number(12, bytes: 4)), of: address),
                bytes.count >= length
            else { throw damagedHeap(name) }
            texts.append(String(decoding: bytes.prefix(Int(length)).prefix { $0 != 0 }, as: UTF8.self))
        }
        return texts
    }

    private func damagedHeap(_ name: String) -> HDF5Error {
        .damaged(path: path, task: "read \(name)", reason: "the heap of its texts is damaged")
    }

    /// The open file of the system's, where the library keeps one.
    private func descriptor() -> OpenFile? {
        var pointer: UnsafeMutableRawPointer?
        let found = ask { unsafe H5Fget_vfd_handle(id, hid_t(H5P_DEFAULT), &pointer) }
        guard found >= 0, let pointer = unsafe pointer else { return nil }
        return unsafe OpenFile(descriptor: pointer.load(as: CInt.self))
    }
}

/// A file that the library has opened.
private struct OpenFile {
    let descriptor: CInt

    /// Fills the bytes from a place on; false where the file has not as many.
    func read(_ bytes: inout [UInt8], at place: UInt64) -> Bool {
        guard let place = Int(exactly: place) else { return false }
        let count = bytes.count
        return unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, count, place) }
            == count
    }
}

/// The collections of objects of which a heap is made.
private struct Heap {
    let file: OpenFile
    private var collections: [UInt64: [UInt32: ArraySlice<UInt8>]] = [:]

    init(file: OpenFile) { self.file = file }

    /// A collection has some kilobytes; an object that is larger, its own size.
    private static let largest: UInt64 = 1 << 28

    mutating func object(_ number: UInt32, of address: UInt64) -> ArraySlice<UInt8>? {
        if collections[address] == nil { collections[address] = read(address) ?? [:] }
        return collections[address]?[number]
    }

    /// The objects of the collection at an address, by number.
    private func read(_ address: UInt64) -> [UInt32: ArraySlice<UInt8>]? {
        var head = [UInt8](repeating: 0, count: 16)
        guard file.read(&head, at: address), head.starts(with: Array("GCOL".utf8)), head[4] == 1 else {
            return nil
        }
        let size = head[...].number(8, bytes: 8)
        guard size >= 16, size <= Self.largest else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        guard file.read(&bytes, at: address) else { return nil }
        var objects: [UInt32: ArraySlice<UInt8>] = [:]
        var place = 16
        while place + 16 <= bytes.count {
            let object = bytes[place...]
            let (number, count) = (UInt32(object.number(0, bytes: 2)), object.number(8, bytes: 8))
            // Number 0 is the room that is left.
            guard number > 0, count <= UInt64(bytes.count - place - 16) else { break }
            objects[number] = bytes[place + 16..<place + 16 + Int(count)]
            place += 16 + (Int(count) + 7) / 8 * 8
        }
        return objects
    }
}

extension ArraySlice<UInt8> {
    /// A number of some bytes, least significant first, from an offset on.
    fileprivate func number(_ offset: Int, bytes: Int) -> UInt64 {
        (0..<bytes).reduce(0) { $0 | UInt64(self[startIndex + offset + $1]) << UInt64(8 * $1) }
    }
}
