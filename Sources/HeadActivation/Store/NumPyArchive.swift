public import Foundation

/// Arrays under names, in the form of NumPy's `np.savez`: a ZIP archive, not compressed, of `.npy` files.
public struct NumPyArchive: Sendable {
    private var bytes = Data()
    private var directory = Data()
    private var count = 0

    /// An archive without arrays.
    public init() {}

    /// Adds numbers, row-major.
    public mutating func add(_ name: String, _ numbers: [Float], shape: [Int]) {
        precondition(numbers.count == shape.reduce(1, *), "\(numbers.count) numbers of shape \(shape)")
        add(name, type: "<f4", shape: shape, numbers.map { $0.bitPattern })
    }

    /// Adds integers, row-major.
    public mutating func add(_ name: String, _ numbers: [Int32], shape: [Int]) {
        precondition(numbers.count == shape.reduce(1, *), "\(numbers.count) numbers of shape \(shape)")
        add(name, type: "<i4", shape: shape, numbers.map { UInt32(bitPattern: $0) })
    }

    /// Adds a list of texts, as NumPy's fixed-width Unicode.
    public mutating func add(_ name: String, _ texts: [String]) {
        let width = max(1, texts.map { $0.unicodeScalars.count }.max() ?? 1)
        let scalars = texts.flatMap { text in
            let values = text.unicodeScalars.map(\.value)
            return values + [UInt32](repeating: 0, count: width - values.count)
        }
        add(name, type: "<U\(width)", shape: [texts.count], scalars)
    }

    /// The archive; `nil` when it passes the 4 GiB that its form can address.
    public var data: Data? {
        guard bytes.count + directory.count < UInt32.max, count < UInt16.max else { return nil }
        var end = Data()
        end.append(little: 0x0605_4b50 as UInt32)
        end.append(little: 0 as UInt32)
        end.append(little: UInt16(count))
        end.append(little: UInt16(count))
        end.append(little: UInt32(directory.count))
        end.append(little: UInt32(bytes.count))
        end.append(little: 0 as UInt16)
        return bytes + directory + end
    }

    private mutating func add(_ name: String, type: String, shape: [Int], _ words: [UInt32]) {
        let lengths = shape.map { "\($0)," }.joined(separator: " ")
        var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(lengths)), }"
        header += String(repeating: " ", count: (64 - (header.utf8.count + 11) % 64) % 64) + "\n"
        var content = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0])
        content.append(little: UInt16(header.utf8.count))
        content.append(contentsOf: header.utf8)
        let little = words.map(\.littleEndian)
        unsafe little.withUnsafeBytes { unsafe content.append(contentsOf: $0) }
        addFile(name + ".npy", content)
    }

    private mutating func addFile(_ name: String, _ content: Data) {
        guard bytes.count + content.count < UInt32.max else {
            bytes.append(contentsOf: content)  // past the limit: `data` tells
            return
        }
        var facts = Data()  // what the entry and the directory both say
        facts.append(little: 20 as UInt16)  // version needed
        facts.append(little: 0x0800 as UInt16)  // names are UTF-8
        facts.append(little: 0 as UInt16)  // stored
        facts.append(little: 0 as UInt16)  // time: midnight
        facts.append(little: 0x0021 as UInt16)  // date: 1980-01-01, so equal arrays give equal archives
        facts.append(little: crc32(content))
        facts.append(little: UInt32(content.count))
        facts.append(little: UInt32(content.count))
        facts.append(little: UInt16(name.utf8.count))
        facts.append(little: 0 as UInt16)  // no extra field
        directory.append(little: 0x0201_4b50 as UInt32)
        directory.append(little: 20 as UInt16)
        directory += facts
        directory += Data(count: 10)  // no comment, first disk, no attributes
        directory.append(little: UInt32(bytes.count))
        directory.append(contentsOf: name.utf8)
        bytes.append(little: 0x0403_4b50 as UInt32)
        bytes += facts
        bytes.append(contentsOf: name.utf8)
        bytes += content
        count += 1
    }
}

extension Data {
    fileprivate mutating func append(little value: some FixedWidthInteger & UnsignedInteger) {
        var rest = value
        for _ in 0..<value.bitWidth / 8 {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}

/// The checksum of ZIP (ISO 3309).
func crc32(_ data: Data) -> UInt32 {
    ~data.reduce(~0) { sum, byte in sum >> 8 ^ crcTable[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
}

private let crcTable: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
}

extension NumPyArchive {
    /// Adds the arrays of a measurement under `<task>/<checkpoint>/`, named as in a ``PatternFile``.
    public mutating func add(_ measurement: HeadMeasurement) {
        let group = "\(measurement.task)/\(measurement.checkpoint)/"
        let (map, pattern) = ([measurement.layers, measurement.heads], measurement.pattern)
        add(group + "signed", measurement.signed, shape: [measurement.examples] + map)
        add(group + "activation", pattern.activation, shape: map)
        add(group + "activation_signed", pattern.signed, shape: map)
        add(group + "activation_stderr", pattern.standardError, shape: map)
        add(group + "loss", measurement.loss, shape: [measurement.examples])
        add(group + "id", measurement.ids)
        add(group + "tokens", measurement.tokens, shape: [measurement.examples])
        add(group + "supervised_tokens", measurement.supervisedTokens, shape: [measurement.examples])
    }
}
