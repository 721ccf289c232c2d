/// Named points in a plane whose axes have the same scale, as inline SVG.
public struct PointPlot: Sendable {
    /// What is shown.
    public let title: String
    /// What a unit of the axes is.
    public let unit: String
    /// The points.
    public let points: [(name: String, x: Double, y: Double)]

    /// A plot of points; those that are not finite are left out.
    public init(title: String, unit: String, points: [(name: String, x: Double, y: Double)]) {
        (self.title, self.unit) = (title, unit)
        self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
    }

    private var size: Double { 240 }
    private var margin: Double { 26 }

    /// The picture. Names stand beside their points, so it needs no colours.
    public var svg: String {
        """
        <svg class="map plane" viewBox="0 0 \(Int(size)) \(Int(size + 24))" width="\(Int(size))" height="\(Int(size + 24))" \
        role="img" tabindex="0" aria-label="\(escaped("\(title): \(points.map(told).joined(separator: "; "))"))">
        <text x="\(margin)" y="14" class="title">\(escaped(title))</text>
        <rect class="grid" x="\(margin)" y="24" width="\(size - 2 * margin)" height="\(size - 2 * margin)" fill="none"/>
        \(points.map(drawn).joined(separator: "\n"))
        <text x="\(size / 2)" y="\(size + 8)" class="middle axis">\(escaped("\(significant(reach * 2, digits: 2)) \(unit) from side to side"))</text>
        </svg>
        """
    }

    /// Half the side of the square that holds all points.
    private var reach: Double {
        let largest = points.reduce(0) { max($0, abs($1.x), abs($1.y)) }
        return largest > 0 ? 1.15 * largest : 1
    }

    private func told(_ point: (name: String, x: Double, y: Double)) -> String {
        "\(point.name) \(significant(point.x, digits: 3)), \(significant(point.y, digits: 3))"
    }

    private func drawn(_ point: (name: String, x: Double, y: Double)) -> String {
        let side = size - 2 * margin
        let x = fixed(margin + (point.x / reach + 1) / 2 * side, decimals: 1)
        let y = fixed(24 + (1 - point.y / reach) / 2 * side, decimals: 1)
        let isRight = point.x > 0.6 * reach
        return "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"3\"/>"
            + "<text x=\"\(x)\" y=\"\(y)\" dx=\"\(isRight ? -6 : 6)\" dy=\"4\"\(isRight ? " class=\"end\"" : "")>\(escaped(point.name))</text>"
    }
}
