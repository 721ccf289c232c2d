import JSON
import Kernels

/// How numbers are stored in a safetensors file that is written here.
public enum NumberType: String, Sendable, CaseIterable {
    /// 32 bits, exact.
    case f32 = "F32"
    /// The upper half of those, rounded to nearest.
    case bf16 = "BF16"
    /// IEEE half precision, rounded to nearest.
    case f16 = "F16"

    var byteCount: Int { self == .f32 ? 4 : 2 }

    /// The name that PyTorch gives it.
    public var torchName: String {
        switch self {
        case .f32: "float32"
        case .bf16: "bfloat16"
        case .f16: "float16"
        }
    }
}

/// A tensor on its way to a file; its numbers are asked for when their turn has come.
public struct OutgoingTensor {
    let name: String
    let shape: [Int]
    let values: () -> [Float]

    /// A tensor of this shape; `values` gives its numbers, row-major, as many as the product of the shape.
    public init(name: String, shape: [Int], values: @escaping () -> [Float]) {
        (self.name, self.shape, self.values) = (name, shape, values)
    }

    var count: Int { shape.reduce(1, *) }
}

/// Writes tensors to a safetensors file, in the order given, one in memory at a time; whole or not at all.
///
/// Names must differ.
public func writeSafetensors(
    _ tensors: [OutgoingTensor], as type: NumberType, metadata: [String: String] = [:], to path: String
) throws(ModelFileError) {
    let header = safetensorsHeader(tensors, type, metadata)
    try writeAtomically(to: path) { (write) throws(ModelFileError) in
        unsafe try write(header.span.bytes)
        for tensor in tensors {
            let values = tensor.values()
            precondition(
                values.count == tensor.count, "\(values.count) values of \(tensor.name), \(tensor.shape)")
            switch type {
            case .f32: unsafe try write(values.span.bytes)
            case .bf16:
                let halves = bf16Bits(values)
                unsafe try write(halves.span.bytes)
            case .f16:
                let halves = values.map { Float16($0) }
                if let lost = values.indices.first(where: { values[$0].isFinite && !halves[$0].isFinite }) {
                    throw .unrepresentable(
                        path: path, tensor: tensor.name, value: values[lost], type: type.torchName)
                }
                unsafe try write(halves.span.bytes)
            }
        }
    }
}

/// Writes tensors that are in memory as `F32` to a safetensors file, in the order given, whole or not at all.
///
/// Each tensor's values are row-major; their number is the product of its shape. Names must differ.
public func writeSafetensors(
    _ tensors: [(name: String, shape: [Int], values: [Float])], metadata: [String: String] = [:],
    to path: String
) throws(ModelFileError) {
    try writeSafetensors(
        tensors.map { tensor in OutgoingTensor(name: tensor.name, shape: tensor.shape) { tensor.values } },
        as: .f32, metadata: metadata, to: path)
}

/// The length of the header, and the header: JSON padded so that the numbers start at a multiple of 8.
private func safetensorsHeader(
    _ tensors: [OutgoingTensor], _ type: NumberType, _ metadata: [String: String]
) -> [UInt8] {
    var seen: Set<String> = ["__metadata__"]
    let facts = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
    var members = facts.isEmpty ? [] : ["\"__metadata__\":{\(facts.joined(separator: ","))}"]
    var start = 0
    for tensor in tensors {
        precondition(seen.insert(tensor.name).inserted, "two tensors named \(tensor.name)")
        let end = start + type.byteCount * tensor.count
        members.append(
            "\(quoted(tensor.name)):{\"dtype\":\"\(type.rawValue)\","
                + "\"shape\":[\(tensor.shape.map(String.init).joined(separator: ","))],"
                + "\"data_offsets\":[\(start),\(end)]}")
        start = end
    }
    var text = [UInt8]("{\(members.joined(separator: ","))}".utf8)
    text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
}
