/// Small letters for capitals, scalar by scalar, without regard to what stands beside them.
enum Lowercase {
    private static let offsets: [UInt32: Int32] = {
        var offsets: [UInt32: Int32] = [:]
        for i in stride(from: 0, to: lowercaseRuns.count, by: 4) {
            let (first, last, step) = (lowercaseRuns[i], lowercaseRuns[i + 1], lowercaseRuns[i + 3])
            for scalar in stride(from: first, through: last, by: Int(step)) {
                offsets[UInt32(scalar)] = lowercaseRuns[i + 2]
            }
        }
        return offsets
    }()

    static func append(_ scalar: UInt32, to output: inout [UInt8]) {
        if scalar < 0x80 {
            output.append(UInt8(scalar) | (0x41...0x5A ~= scalar ? 0x20 : 0))
        } else if scalar == 0x130 {  // the only capital whose small form is two scalars
            output.append(contentsOf: [0x69, 0xCC, 0x87])
        } else if let offset = offsets[scalar] {
            appendUTF8(of: UInt32(Int32(scalar) + offset), to: &output)
        } else {
            appendUTF8(of: scalar, to: &output)
        }
    }
}
