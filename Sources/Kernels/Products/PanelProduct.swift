/// c = a·b, or c + a·b, [m, k] · [k, n], a piece of k after the other.
///
/// Threads share the strips of a piece, and take columns: so few at a time that a cache of a thread's own holds their panels.
///
/// - Parameters: unit: What pieces of k and columns are a multiple of, except the last. left: Puts some rows of a piece of a's
///   columns into strips. right: Puts some columns of a piece of b's rows into panels.
func multiplyInPanels(
    _ size: (m: Int, k: Int, n: Int), _ sides: (left: PanelNumbers, right: PanelNumbers),
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
