import Foundation

/// Writes tensors as `F32` to a safetensors file, in the order given, whole or not at all.
///
/// Each tensor's values are row-major; their number is the product of its shape. Names must differ.
public func writeSafetensors(
    _ tensors: [(name: String, shape: [Int], values: [Float])], metadata: [String: String] = [:],
    to path: String
) throws(ModelFileError) {
    let header = safetensorsHeader(tensors, metadata)
    try writeAtomically(to: path) { (write) throws(ModelFileError) in
        unsafe try write(header.span.bytes)
        for tensor in tensors { unsafe try write(tensor.values.span.bytes) }
    }
}

/// The length of the header, and the header: JSON padded so that the numbers start at a multiple of 8.
private func safetensorsHeader(
    _ tensors: [(name: String, shape: [Int], values: [Float])], _ metadata: [String: String]
) -> [UInt8] {
    var seen: Set<String> = ["__metadata__"]
    var members = metadata.isEmpty ? [] : ["\"__metadata__\":\(json(metadata))"]
    var start = 0
    for (name, shape, values) in tensors {
        precondition(seen.insert(name).inserted, "two tensors named \(name)")
        precondition(shape.reduce(1, *) == values.count, "\(values.count) values of \(name), shape \(shape)")
        let end = start + 4 * values.count
        members.append(
            "\(json(name)):{\"dtype\":\"F32\",\"shape\":\(json(shape)),\"data_offsets\":[\(start),\(end)]}")
        start = end
    }
    var text = [UInt8]("{\(members.joined(separator: ","))}".utf8)
    text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
}

private func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { preconditionFailure("not JSON: \(value)") }
    return String(decoding: data, as: UTF8.self)
}
