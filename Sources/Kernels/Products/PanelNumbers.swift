import CKernels

/// The number format of strips and panels.
enum PanelNumbers: Equatable {
    /// Floats.
    case floats
    /// bf16, two neighbours along k in the place of one float. Each number is the sum of `parts` bf16,
    /// rounded where that is not exact. More than one part only with AMX.
    case bf16(parts: Int)

    /// Whether a weight stored in bf16 is packed as it is, without conversion.
    var areBF16: Bool { self == .bf16(parts: 1) && kernel_multiplies_parts() != 0 }

    /// The columns of a panel.
    var panelColumns: Int { self == .floats ? kernel_panel_width() : Int(kernel_pair_width) }

    /// The rows of a strip.
    var stripRows: Int { self == .floats ? kernel_strip_height() : kernel_pair_strip_height() }

    /// Pieces of k should be a multiple of this many numbers.
    var depthUnit: Int { self == .floats ? 2 : 2 * kernel_pair_depth_unit() }

    /// The size, in floats, of `count` numbers of a row that start at a multiple of `depthUnit`.
    func rooms(of count: Int) -> Int {
        switch self {
        case .floats: count
        case .bf16(let parts): parts * ((count + 1) / 2)
        }
    }

    /// The size, in floats, of a whole row of `depth` numbers, with its zero padding.
    func room(_ depth: Int) -> Int {
        switch self {
        case .floats: depth
        case .bf16(let parts): parts * pairs(depth)
        }
    }

    /// The number of pairs of a row of `depth` numbers, with its zero padding.
    func pairs(_ depth: Int) -> Int {
        let unit = kernel_pair_depth_unit()
        return ((depth + 1) / 2 + unit - 1) / unit * unit
    }
}
