/// Lines over a common horizontal axis, as inline SVG.
public struct LineChart: Sendable {
    /// A line through points, with an interval around each where there is one.
    public struct Line: Sendable {
        /// What the line is, for the legend.
        public let name: String
        /// Where it goes, from left to right.
        public let points: [(x: Double, y: Double)]
        /// The interval of each point; empty for none.
        public let intervals: [ClosedRange<Double>]

        /// A line; points that are not finite are left out.
        public init(_ name: String, _ points: [(x: Double, y: Double)], intervals: [ClosedRange<Double>] = [])
        {
            precondition(intervals.isEmpty || intervals.count == points.count, "an interval for each point")
            let kept = points.indices.filter { points[$0].x.isFinite && points[$0].y.isFinite }
            self.name = name
            self.points = kept.map { points[$0] }
            self.intervals = intervals.isEmpty ? [] : kept.map { intervals[$0] }
        }
    }

    /// What is shown.
    public let title: String
    /// What the horizontal axis counts.
    public let across: String
    /// What the lines measure, with its unit.
    public let up: String
    /// The lines.
    public let lines: [Line]

    /// A chart of lines, at least one with a point.
    public init(title: String, across: String, up: String, lines: [Line]) {
        (self.title, self.across, self.up, self.lines) = (title, across, up, lines)
    }

    private var width: Double { 520 }
    private var height: Double { 244 }
    /// Two names stand in a row of the legend.
    private var fullHeight: Double { height + 18 * Double((lines.count + 1) / 2) }
    private var frame: (left: Double, top: Double, right: Double, bottom: Double) { (58, 30, 510, 205) }

    /// The picture. Colours are told apart by dashes too.
    public var svg: String {
        """
        <svg class="map chart" viewBox="0 0 \(Int(width)) \(Int(fullHeight))" width="\(Int(width))" \
        height="\(Int(fullHeight))" role="img" tabindex="0" aria-label="\(escaped("\(title): \(up) over \(across)"))">
        <text x="\(frame.left)" y="16" class="title">\(escaped(title))</text>
        \(axes)
        \(lines.enumerated().map { drawn($0.element, $0.offset) }.joined(separator: "\n"))
        \(legend)
        </svg>
        """
    }

    private var horizontal: Axis { Axis(lines.flatMap { $0.points.map(\.x) }) }

    private var vertical: Axis {
        Axis(lines.flatMap { $0.points.map(\.y) + $0.intervals.flatMap { [$0.lowerBound, $0.upperBound] } })
    }

    private func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        (
            frame.left + horizontal.share(x) * (frame.right - frame.left),
            frame.bottom - vertical.share(y) * (frame.bottom - frame.top)
        )
    }

    private func number(_ value: Double) -> String { fixed(value, decimals: 1) }

    private func drawn(_ line: Line, _ index: Int) -> String {
        let points = line.points.map { place($0.x, $0.y) }
        let path = points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
        let bars = zip(line.points, line.intervals).map { point, interval in
            let (low, high) = (place(point.x, interval.lowerBound), place(point.x, interval.upperBound))
            return
                "<line x1=\"\(number(low.x))\" x2=\"\(number(high.x))\" y1=\"\(number(low.y))\" y2=\"\(number(high.y))\"/>"
        }
        let dots =
            points.count > 40
            ? [] : points.map { "<circle cx=\"\(number($0.x))\" cy=\"\(number($0.y))\" r=\"2.5\"/>" }
        let told = line.points.map { "\(significant($0.x)):\(significant($0.y, digits: 4))" }.joined(
            separator: " ")
        return
            "<g class=\"line line\(index % 4)\" data-name=\"\(escaped(line.name))\" data-points=\"\(told)\">"
            + "<polyline points=\"\(path)\"/>\((bars + dots).joined())</g>"
    }

    private var axes: String {
        let (horizontal, vertical) = (horizontal, vertical)
        let up = vertical.ticks.map { value in
            let y = number(place(horizontal.ticks[0], value).y)
            return "<line class=\"grid\" x1=\"\(frame.left)\" x2=\"\(frame.right)\" y1=\"\(y)\" y2=\"\(y)\"/>"
                + "<text x=\"\(frame.left - 6)\" y=\"\(y)\" dy=\"4\" class=\"end\">\(vertical.label(value))</text>"
        }
        let across = horizontal.ticks.map { value in
            let x = number(place(value, vertical.ticks[0]).x)
            return
                "<text x=\"\(x)\" y=\"\(frame.bottom + 16)\" class=\"middle\">\(horizontal.label(value))</text>"
        }
        let middle = (frame.left + frame.right) / 2
        return (up + across).joined(separator: "\n")
            + "\n<text x=\"\(middle)\" y=\"\(frame.bottom + 32)\" class=\"middle axis\">\(escaped(self.across))</text>"
    }

    private var legend: String {
        lines.enumerated().map { index, line in
            let x = frame.left + Double(index % 2) * 226
            let y = height + 6 + 18 * Double(index / 2)
            let key = "x1=\"\(x)\" x2=\"\(x + 22)\" y1=\"\(y)\" y2=\"\(y)\""
            return "<g class=\"line\(index % 4)\"><line class=\"key\" \(key)/></g>"
                + "<text x=\"\(x + 28)\" y=\"\(y + 4)\">\(escaped(line.name))</text>"
        }.joined(separator: "\n")
    }
}
