import Kernels

/// How a GGUF tensor is stored, by the number in its description. Names of types that are not read serve messages.
struct GGMLType {
    let name: String

    /// The type of this number, if it is known to the format.
    init?(_ number: UInt32) {
        guard let name = Self.names[number] else { return nil }
        self.name = name
    }

    /// The format to expand it with, if we have it: formats carry ggml's names in lower case.
    var format: BlockFormat? { BlockFormat(rawValue: name.lowercased()) }

    /// The names of what is supported.
    static var supported: [String] { BlockFormat.allCases.map { $0.rawValue.uppercased() } }

    private static let names: [UInt32: String] = [
        0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K",
        11: "Q3_K", 12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS",
        18: "IQ3_XXS",
        19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32",
        27: "I64", 28: "F64", 29: "IQ1_M", 30: "BF16", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4",
    ]
}
