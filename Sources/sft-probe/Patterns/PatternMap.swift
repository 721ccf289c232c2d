import HeadActivation
import Reports
import Statistics

/// The activation of all heads as a map of colours, a row for each layer and a place for each head; nil where standard
/// output has no colours or the window is too narrow for the heads.
func activationMap(_ pattern: Pattern) -> String? {
    let colors = Terminal.colors(of: 1)
    guard colors != .none, let width = Terminal.width(of: 1) else { return nil }
    let margin = "L\(pattern.layers - 1) ".count
    let cells = min(2, (width - margin) / max(1, pattern.heads))
    guard cells > 0 else { return nil }
    let scale = ColorScale.amounts(pattern.activation.map { Double($0) })
    func cell(_ value: Double, _ cells: Int) -> String {
        background(scale.color(of: value), colors) + String(repeating: " ", count: cells)
    }
    func margined(_ name: String) -> String {
        name + String(repeating: " ", count: max(0, margin - name.count))
    }
    let reset = "\u{1B}[0m"
    let rows = (0..<pattern.layers).map { layer in
        let values = pattern.activation[pattern.grid.numbers(layer: layer)]
        return margined("L\(layer)") + values.map { cell(Double($0), cells) }.joined() + reset
    }
    let legend =
        (0...16).map { cell(scale.limit * (Double($0) / 16) * (Double($0) / 16), 1) }.joined() + reset
    let heads =
        "\(margined(""))heads 0 to \(pattern.heads - 1); 0 \(legend) \(significant(scale.limit)), in steps of the square root"
    return (rows + [heads]).map { $0 + "\n" }.joined()
}

/// Turns a colour `#rrggbb` on, for what is behind the letters.
private func background(_ color: String, _ colors: Terminal.Colors) -> String {
    let number = Int(color.dropFirst(), radix: 16) ?? 0
    let (red, green, blue) = (number >> 16, number >> 8 & 255, number & 255)
    if colors == .all { return "\u{1B}[48;2;\(red);\(green);\(blue)m" }
    // The cube of 6 × 6 × 6 colours of xterm.
    let cube = [red, green, blue].reduce(0) { $0 * 6 + ($1 * 5 + 127) / 255 }
    return "\u{1B}[48;5;\(16 + cube)m"
}
