import Files
import JSON

extension Rates {
    /// The file of `train --rates` as text; rules stand in their order.
    public var json: String {
        var members: [JSONValue.Member] = [
            .init("format", .string("sft-probe/rates")), .init("version", .int(1)),
        ]
        if phases.count == 1, phases[0].length == nil {
            members += phases[0].members
        } else {
            members.append(.init("phases", .array(phases.map { .object($0.members) })))
        }
        var style = JSONWriter.Style.python
        style.itemSeparator = ","
        style.indent = "  "
        return JSONValue.object(members).json(style) + "\n"
    }

    /// Writes the file of `train --rates`.
    public func write(to path: String) throws(RecordError) {
        do throws(FileError) { try writeWholeFile(Array(json.utf8), to: path) } catch { throw .file(error) }
    }
}

extension Rates.Phase {
    fileprivate var members: [JSONValue.Member] {
        let steps: [JSONValue.Member] =
            switch length {
            case nil: []
            case .steps(let count): [.init("steps", .int(count))]
            case .share(let share): [.init("steps", .double(share))]
            }
        return steps + [
            .init("default", .double(usual)),
            .init("modules", .object(rules.map { .init($0.pattern, .double($0.factor)) })),
        ]
    }
}
