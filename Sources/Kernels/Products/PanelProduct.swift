/// c = a·b, or c + a·b when `keeping`, [m, k] · [k, n], one piece of k at a time.
///
/// For each piece of k, the threads pack the strips of a together and all read them. Each thread packs panels
/// for some columns of b, few enough to fit its own cache, and multiplies.
///
/// - Parameters: unit: Pieces of k and of columns are multiples of these, except the last. left: Packs some
///   rows of a, for a piece of k, into strips. right: Packs some columns of b, for a piece of k, into panels.
func multiplyInPanels(
    _ size: (m: Int, k: Int, n: Int), _ sides: PackedSides,
    unit: (k: Int, n: Int) = (1, 1),
    into c: UnsafeMutablePointer<Float>, keeping: Bool = false,
    left: (_ strips: borrowing Strips, _ rows: Range<Int>, _ depth: Range<Int>) -> Void,
    right: (_ panels: borrowing Panels, _ depth: Range<Int>, _ columns: Range<Int>) -> Void
) {
    let across = max(unit.n, sides.right.panelColumns)
    for depth in evenPieces(of: 0..<size.k, atMost: 768, unit: max(unit.k, sides.right.depthUnit)) {
        let strips = Strips(rows: size.m, depth: depth.count, sides.left)
        spread(size.m, unit: sides.left.stripRows, atLeast: 64) { left(strips, $0, depth) }
        let width = (max(64, (1 << 16) / depth.count) + across - 1) / across * across
        spreadOut(size.n, unit: across, atLeast: 64) { next in
            let panels = Panels(depth: depth.count, width: min(width, size.n), sides.right)
            while let own = next() {
                for columns in evenPieces(of: own, atMost: width, unit: across) {
                    right(panels, depth, columns)
                    unsafe panels.multiply(
                        strips, columns: 0..<columns.count, into: c + columns.lowerBound, strideC: size.n,
                        keeping: keeping || depth.lowerBound > 0)
                }
            }
        }
    }
}
