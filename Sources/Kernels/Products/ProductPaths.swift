import CKernels

/// The sizes from which a product goes another way, all of them measured: below, the first column of
///
/// | product | below | from there on |
/// |---|---|---|
/// | with a stored weight | `rows`: dot products with the weight as it is read | packed, or OpenBLAS |
/// | of two matrices | `rows`, or fewer columns than a panel: OpenBLAS | packed, or OpenBLAS |
/// | in attention | `attentionRows`: OpenBLAS | packed, or OpenBLAS |
/// | in parts of bf16, on AMX | `tileRows`, `tileDepth`: fp32 | rounded to two parts, or a float in three |
///
/// "Packed, or OpenBLAS": as ``Arithmetic/usesPanels`` says; bf16 is always packed.
enum Least {
    /// Rows of a left side for which packing pays.
    static let rows = 4
    /// Rows of all left sides of one right side in attention for which packing pays.
    static let attentionRows = 24
    /// Rows of a left side for which products of parts pay, with tiles of 16 rows.
    static let tileRows = 16
    /// Numbers of the inner dimension, of two matrices, for which products of parts pay.
    static let tileDepth = 64
}

/// The packed formats of the left and the right side of a product.
typealias PackedSides = (left: PanelNumbers, right: PanelNumbers)

extension Arithmetic {
    /// Whether three products of bf16 are used for one of floats where that is exact.
    var runsTiles: Bool { usesPanels && kernel_multiplies_parts() != 0 }

    /// The packed formats of a product whose left side has so many rows and whose right side is a weight
    /// stored in `format`; nil where it is not packed.
    ///
    /// A float is exactly the sum of three bf16, so in fp32 its product with a bf16 weight is exact with AMX,
    /// in a third of the time.
    func sides(rows: Int, _ format: BlockFormat) -> PackedSides? {
        guard packs(rows) else { return nil }
        return switch precision {
        case .bf16: (.bf16(parts: 1), .bf16(parts: 1))
        case .bf16x3 where rows >= Least.tileRows:
            (.bf16(parts: 2), .bf16(parts: format == .bf16 ? 1 : 2))
        case .fp32 where runsTiles && format == .bf16 && rows >= Least.tileRows:
            (.bf16(parts: 3), .bf16(parts: 1))
        case .fp32, .bf16x3: (.floats, .floats)
        }
    }

    /// The same for a product of two matrices in memory, [rows, depth] · [depth, columns].
    ///
    /// - Parameter exact: Whether to compute in fp32 whatever the precision.
    func sides(rows: Int, depth: Int, columns: Int, exact: Bool) -> PackedSides? {
        let fits = columns >= PanelNumbers.floats.panelColumns && depth > 0
        guard fits, usesPanels, rows >= Least.rows else { return nil }
        guard !exact, precision == .bf16x3, rows >= Least.tileRows, depth >= Least.tileDepth else {
            return (.floats, .floats)
        }
        return (.bf16(parts: 2), .bf16(parts: 2))
    }

    /// Whether a right side in attention is packed: all its left sides together have so many rows.
    func packsInAttention(rows: Int) -> Bool { rows >= Least.attentionRows && packs(rows) }

    /// The packed format of both sides of a product in attention.
    var attentionNumbers: PanelNumbers {
        switch precision {
        case .fp32: .floats
        case .bf16: .bf16(parts: 1)
        case .bf16x3: .bf16(parts: 2)
        }
    }

    private func packs(_ rows: Int) -> Bool {
        switch precision {
        case .fp32: usesPanels && rows >= Least.rows
        case .bf16: rows >= Least.rows
        case .bf16x3: rows >= (usesPanels ? Least.rows : Least.tileRows)
        }
    }
}
