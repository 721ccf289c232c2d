import ArgumentParser
import HeadActivation
import Reports

/// `patterns compose`
struct PatternsCompose: ParsableCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compose",
        abstract:
            "Explain a complex task's pattern as a combination of basic tasks' patterns, with controls.",
        discussion: """
            Least-squares fit, over all heads, of the target's change (or pattern) by those of the basic tasks. A high R² \
            alone is weak evidence, because all tasks share much of their pattern. The verdict therefore rests on controls: \
            fits by single basic tasks, fits by random sets of other tasks, the fit after removing the common mode, and \
            prediction of held-out layers. Control tasks are the other tasks of the file, or those of --controls; they \
            must not contain what the target may be made of.

            Example: sft-probe patterns compose patterns.h5 --target sgsm --basics gsm8k,code
            """)

    @Argument(
        help: "The HDF5 file of measurements, as `attribute` or `train` writes it.", completion: .file())
    var file: String
    @OptionGroup var options: CompositionOptions
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func run() throws {
        let composed = try ComposedTask(options.request, in: PatternFile(file))
        let composition = composed.composition
        if options.analysis.json { return print(try jsonText(CompositionJSON(composed))) }
        print(
            "\(options.target), \(composed.subject), as a combination of \(options.basicTasks.joined(separator: ", "))"
        )
        print(factorsTable(composition).fitted)
        print(controlsTable(composition).fitted)
        if options.intercept { print("Intercept: \(significant(composition.intercept))") }
        if composition.condition > 30 {
            print(
                "The basic patterns are nearly alike (condition \(significant(composition.condition))): their factors "
                    + "cannot be told apart well.")
        }
        print((composed.warnings + [verdictText(composition)]).joined(separator: "\n"))
    }
}

/// A composition as `--json` prints it.
struct CompositionJSON: Encodable {
    typealias Range = PatternJSON.Range
    typealias Number = PatternJSON.Number

    struct Basic: Encodable {
        let task: String
        let alpha, share: Range
        let alphaWithoutCommonMode: Range?
    }

    struct Control: Encodable {
        let tasks: [String]
        let r2, r2Centred, r2WithoutCommonMode: Number

        init(_ control: Composition.Control) {
            tasks = control.tasks
            (r2, r2Centred) = (Number(control.uncentredR2), Number(control.centredR2))
            r2WithoutCommonMode = Number(control.partialR2)
        }
    }

    let target, subject, method, verdict, sentence: String
    let ingredients, others: [String]
    let basics: [Basic]
    let intercept, condition, r2LeaveOneLayerOut: Number
    let r2, r2Centred, r2WithoutCommonMode, advantageOverOthers: Range
    let singles, random: [Control]
    let warnings: [String]

    init(_ composed: ComposedTask) {
        let composition = composed.composition
        target = composition.question.target
        subject = composed.subject
        method = composition.question.method.rawValue
        switch composition.verdict {
        case .supported(let found): (verdict, ingredients) = ("supported", found)
        case .commonModeOnly: (verdict, ingredients) = ("common-mode-only", [])
        case .notGeneral: (verdict, ingredients) = ("not-general", [])
        case .noControl: (verdict, ingredients) = ("no-control", [])
        case .uncertain: (verdict, ingredients) = ("uncertain", [])
        }
        sentence = verdictText(composition)
        others = composition.question.others
        basics = composition.question.basics.enumerated().map { index, task in
            Basic(
                task: task, alpha: Range(composition.coefficients[index]),
                share: Range(composition.shares[index]),
                alphaWithoutCommonMode: composition.partialCoefficients.map { Range($0[index]) })
        }
        (intercept, condition) = (Number(composition.intercept), Number(composition.condition))
        r2LeaveOneLayerOut = Number(composition.leaveOneLayerOutR2)
        (r2, r2Centred) = (Range(composition.uncentredR2), Range(composition.centredR2))
        r2WithoutCommonMode = Range(composition.partialR2)
        advantageOverOthers = Range(composition.advantage)
        singles = composition.singles.map { Control($0) }
        random = composition.random.map { Control($0) }
        warnings = composed.warnings
    }
}
