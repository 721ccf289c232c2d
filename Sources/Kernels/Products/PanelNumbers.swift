import CKernels

/// What lies in strips and panels.
enum PanelNumbers: Equatable {
    /// Floats.
    case floats
    /// bf16 in pairs: each number the sum of so many, or as near to it as they come. More than one only with AMX.
    case bf16(parts: Int)

    /// Whether panels can take bf16 from where they lie.
    var areBF16: Bool { self == .bf16(parts: 1) && kernel_multiplies_parts() != 0 }

    /// The columns of a panel.
    var panelColumns: Int { self == .floats ? kernel_panel_width() : Int(kernel_pair_width) }

    /// The rows of a strip.
    var stripRows: Int { self == .floats ? kernel_strip_height() : kernel_pair_strip_height() }

    /// What a product sums over is best cut into pieces of a multiple of this many numbers.
    var depthUnit: Int { self == .floats ? 2 : 2 * kernel_pair_depth_unit() }

    /// The floats that so many numbers of a row take, from a multiple of `depthUnit` on.
    func rooms(of count: Int) -> Int {
        switch self {
        case .floats: count
        case .bf16(let parts): parts * ((count + 1) / 2)
        }
    }

    /// The floats that a whole row of so many numbers takes, zeros after it included.
    func room(_ depth: Int) -> Int {
        switch self {
        case .floats: depth
        case .bf16(let parts): parts * pairs(depth)
        }
    }

    /// The pairs of a row of so many numbers, zeros after it included.
    func pairs(_ depth: Int) -> Int {
        let unit = kernel_pair_depth_unit()
        return ((depth + 1) / 2 + unit - 1) / unit * unit
    }
}
