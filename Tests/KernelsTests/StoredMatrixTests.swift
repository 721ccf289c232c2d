import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct StoredMatrixTests {
    private func floats(_ path: String) throws -> [Float] {
        let matrix = try MappedFile(path: path)
        return StoredMatrix(file: matrix, offset: 0, rows: 1, columns: matrix.count / 4, format: .f32)
            .expanded()
    }

    private func sameBits(_ a: [Float], _ b: [Float]) -> Bool {
        a.count == b.count
            && a.indices.allSatisfy { a[$0].bitPattern == b[$0].bitPattern || a[$0].isNaN && b[$0].isNaN }
    }

    @Test(arguments: BlockFormat.allCases.filter { $0 != .f32 })
    func expandsAsTheReferenceBitForBit(format: BlockFormat) throws {
        let path = fixture("\(format)", of: "KernelsTests")
        let blocks = try MappedFile(path: path + ".blocks")
        let expected = try floats(path + ".floats")
        let columns = format.elementsPerBlock
        let rows = blocks.count / format.bytesPerBlock
        let matrix = StoredMatrix(file: blocks, offset: 0, rows: rows, columns: columns, format: format)
        #expect(matrix.byteCount == blocks.count)
        #expect(expected.count >= 4096 && sameBits(matrix.expanded(), expected))

        // At an odd address, row by row, nothing changes.
        let bytes = try Data(contentsOf: URL(filePath: path + ".blocks"))
        let odd = StoredMatrix(
            file: try mapped([0] + bytes), offset: 1, rows: rows, columns: columns, format: format)
        #expect(sameBits((0..<rows).flatMap { odd.expanded(rows: $0..<$0 + 1) }, expected))
    }

    @Test func everyHalfIsTheProcessorsOwn() throws {
        let halves = (0...UInt16.max).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        let matrix = StoredMatrix(file: try mapped(halves), offset: 0, rows: 256, columns: 256, format: .f16)
        let expected = (0...UInt16.max).map { Float(Float16(bitPattern: $0)) }
        #expect(sameBits(matrix.expanded(), expected))
    }

    /// h·d + s·(d/2) + j is stored at h·d + 2j + s: two heads of six rows.
    @Test func rotaryPairsAreSeparated() throws {
        let values = (0..<12).flatMap { row in [Float(row), Float(row) + 0.5] }
        let bytes = values.flatMap { value in
            (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
        }
        let matrix = StoredMatrix(
            file: try mapped(bytes), offset: 0, rows: 12, columns: 2, format: .f32,
            rowOrder: .rotaryPairs(headDimension: 6))
        let order: [Float] = [0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11]
        #expect(matrix.expanded() == order.flatMap { [$0, $0 + 0.5] })
        #expect(matrix.expanded(rows: 2..<4) == [4, 4.5, 1, 1.5])
    }

    /// (3h + p)·d + j is stored at (p·H + h)·d + j: H = 2 heads, d = 2.
    @Test func queriesKeysAndValuesAreJoinedForEachHead() throws {
        let bytes = (0..<12).flatMap { row in
            (0..<4).map { UInt8(truncatingIfNeeded: Float(row).bitPattern >> (8 * $0)) }
        }
        let matrix = StoredMatrix(
            file: try mapped(bytes), offset: 0, rows: 12, columns: 1, format: .f32,
            rowOrder: .partByPart(heads: 2))
        #expect(matrix.expanded() == [0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11])
        #expect(matrix.expanded(rows: 3..<5) == [5, 8])
    }

    @Test func numbersInMemoryComeBack() {
        let matrix = StoredMatrix([1, 2, 3, 4, 5, 6], rows: 3, columns: 2)
        #expect(matrix.expanded() == [1, 2, 3, 4, 5, 6])
        #expect(matrix.expanded(rows: 1..<2) == [3, 4])
        #expect(matrix.byteCount == 24)
    }

    @Test func nothingOutsideTheFileIsTaken() async {
        await #expect(processExitsWith: .failure) {
            let file = try MappedFile(path: #filePath)
            _ = StoredMatrix(file: file, offset: file.count - 4, rows: 2, columns: 1, format: .f32)
        }
        await #expect(processExitsWith: .failure) {
            let file = try MappedFile(path: #filePath)
            _ = StoredMatrix(file: file, offset: 0, rows: .max / 2, columns: 32, format: .q4_1)
        }
        await #expect(processExitsWith: .failure) {
            _ = StoredMatrix([1, 2], rows: 2, columns: 1).expanded(rows: 1..<3)
        }
    }
}

@Suite struct MappedFileTests {
    @Test func onlyRegularFilesAreMapped() {
        #expect(throws: MappedFileError.missing(path: "/nowhere/at/all")) {
            try MappedFile(path: "/nowhere/at/all")
        }
        #expect(throws: MappedFileError.notAFile(path: "/tmp")) { try MappedFile(path: "/tmp") }
        #expect(throws: MappedFileError.notAFile(path: "/dev/zero")) { try MappedFile(path: "/dev/zero") }
    }

    @Test func anEmptyFileIsEmpty() throws {
        let path = NSTemporaryDirectory() + UUID().uuidString
        try Data().write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try MappedFile(path: path)
        #expect(file.count == 0)
        #expect(StoredMatrix(file: file, offset: 0, rows: 0, columns: 4, format: .f32).expanded() == [])
    }
}
