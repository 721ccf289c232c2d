import ArgumentParser
import ChatTemplates
import Examples

/// Flags of what chat templates see.
struct TemplateOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The date for chat templates that print one (default: today's), so that runs can be repeated.",
            valueName: "YYYY-MM-DD"))
    var templateDate: String?

    func validate() throws {
        if let templateDate, Moment(day: templateDate) == nil {
            throw ValidationError("--template-date is \(templateDate), but must be a day such as 2026-11-30.")
        }
    }

    /// The moment to render for.
    var now: Moment { templateDate.flatMap { Moment(day: $0) } ?? .now }
}
