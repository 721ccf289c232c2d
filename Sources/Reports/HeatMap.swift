import Foundation

/// A coloured cell for each layer and head, or what else a layer has several of, as inline SVG with a legend. The cells are one picture, a pixel for each head.
public struct HeatMap: Sendable {
    /// Where the numbers of a map are found in the data of its page.
    public enum Source: Sendable {
        /// Of a task, at a checkpoint.
        case state(task: String, checkpoint: String)
        /// Of a task, between the two checkpoints that its ``HeadData`` compares.
        case change(task: String)
    }

    /// What is shown, such as the checkpoint.
    public let title: String
    /// The number of layers, from the top.
    public let layers: Int
    /// The number of heads, from the left.
    public let heads: Int
    /// A number for each cell: [layer, head].
    public let values: [Double]
    /// What the page's script can say of each head, and which of it this map shows; nil for the map's numbers alone.
    public let source: Source?
    /// How numbers become colours; share one among maps to compare them.
    public let scale: ColorScale
    /// What the colours mean, with the unit.
    public let legend: String
    /// What columns are and their names, where they are not heads.
    public let columns: (axis: String, names: [String])?
    /// A number as the legend writes it.
    private let label: @Sendable (Double) -> String

    /// Holds the numbers and how to show them.
    public init(
        title: String, layers: Int, heads: Int, values: [Double], source: Source? = nil, scale: ColorScale,
        legend: String, columns: (axis: String, names: [String])? = nil,
        label: @escaping @Sendable (Double) -> String = { significant($0, digits: 2) }
    ) {
        precondition(
            values.count == layers * heads,
            "\(values.count) values for \(layers) layers of \(heads) heads")
        self.title = title
        self.layers = layers
        self.heads = heads
        self.values = values
        self.source = source
        self.scale = scale
        self.legend = legend
        self.columns = columns
        self.label = label
    }

    /// The picture. It uses no identifiers, so a page can hold many.
    public var svg: String {
        let (width, height) = (left + max(gridWidth, 200) + 10, top + gridHeight + 92)
        return """
            <svg class="map heads \(scale.palette == .diverging ? "diverging" : "")" viewBox="0 0 \(width) \(height)" \
            width="\(width)" height="\(height)" role="img" tabindex="0" \(data) \
            aria-label="\(escaped("\(title): \(legend), \(layers) layers of \(heads) \(columns.map { "\($0.axis)s" } ?? "heads")"))">
            <text x="\(left)" y="14" class="title">\(escaped(shortTitle))</text>
            \(cells)
            \(axes)
            \(colorBar)
            </svg>
            """
    }

    /// As much of the title as there is room for; the picture's label has all of it.
    private var shortTitle: String {
        let room = max(gridWidth, 200) / 8
        return title.count > room ? title.prefix(room - 1) + "…" : title
    }

    private var left: Int { 42 }
    private var top: Int { 24 }
    private var cellWidth: Int { columns != nil ? 46 : min(26, max(7, 400 / heads)) }
    private var cellHeight: Int { min(16, max(6, 480 / layers)) }
    private var gridWidth: Int { heads * cellWidth }
    private var gridHeight: Int { layers * cellHeight }

    private var cells: String {
        let picture = Data(scale.picture(values, width: heads).png).base64EncodedString()
        return
            "<image class=\"cells\" x=\"\(left)\" y=\"\(top)\" width=\"\(gridWidth)\" height=\"\(gridHeight)\" "
            + "preserveAspectRatio=\"none\" href=\"data:image/png;base64,\(picture)\"/>"
    }

    /// What the page's script reads: the place of the cells, and where their numbers are.
    private var data: String {
        let grid =
            "data-grid=\"\(left) \(top) \(cellWidth) \(cellHeight) \(layers) \(heads)\" data-limit=\"\(scale.limit)\""
        switch source {
        case .state(let task, let checkpoint):
            return grid + " data-task=\"\(escaped(task))\" data-state=\"\(escaped(checkpoint))\""
        case .change(let task): return grid + " data-task=\"\(escaped(task))\""
        case nil:
            let labels = values.map { $0.isFinite ? label($0) : "–" }.joined(separator: "|")
            let names = columns.map { " data-columns=\"\(escaped($0.names.joined(separator: "|")))\"" } ?? ""
            return grid + names + " data-values=\"\(escaped(labels))\" data-legend=\"\(escaped(legend))\""
        }
    }

    private var axes: String {
        let layerStep = step(layers, room: cellHeight, needed: 14)
        let headStep = step(heads, room: cellWidth, needed: 18)
        let layerLabels = stride(from: 0, to: layers, by: layerStep).map { layer in
            let y = top + layer * cellHeight + cellHeight / 2 + 4
            return "<text x=\"\(left - 5)\" y=\"\(y)\" class=\"end\">\(layer)</text>"
        }
        let headLabels = stride(from: 0, to: heads, by: headStep).map { head in
            let x = left + head * cellWidth + cellWidth / 2
            return
                "<text x=\"\(x)\" y=\"\(top + gridHeight + 13)\" class=\"middle\">\(escaped(columns?.names[head] ?? "\(head)"))</text>"
        }
        let (middleX, middleY) = (left + gridWidth / 2, top + gridHeight / 2)
        return (layerLabels + headLabels).joined() + """
            <text x="\(middleX)" y="\(top + gridHeight + 27)" class="middle axis">\(escaped(columns?.axis ?? "head"))</text>
            <text transform="translate(10 \(middleY)) rotate(-90)" class="middle axis">layer</text>
            """
    }

    private var colorBar: String {
        let (y, count) = (top + gridHeight + 40, 40)
        let samples = scale.samples(count)
        let bar = samples.enumerated().map { index, value in
            "<rect x=\"\(left + 5 * index)\" y=\"\(y)\" width=\"5\" height=\"8\" fill=\"\(scale.color(of: value))\"/>"
        }
        let marks = [(0, 0.0, "start"), (100, 0.5, "middle"), (200, 1.0, "end")].map { x, place, anchor in
            let value = scale.samples(3)[Int(2 * place)]
            return
                "<text x=\"\(left + x)\" y=\"\(y + 19)\" class=\"\(anchor)\">\(escaped(label(value)))</text>"
        }
        let meaning =
            "<text x=\"\(left)\" y=\"\(y + 33)\">\(escaped(legend))</text>"
            + "<text x=\"\(left)\" y=\"\(y + 47)\">colours step with its square root</text>"
        return "<g class=\"bar\">\(bar.joined())</g>" + marks.joined() + meaning
    }

    /// How many cells there are from one label to the next, so that labels have the room they need.
    private func step(_ count: Int, room: Int, needed: Int) -> Int {
        [1, 2, 4, 5, 8, 10, 16, 20, 25, 32, 50].first { $0 * room >= needed } ?? count
    }
}
