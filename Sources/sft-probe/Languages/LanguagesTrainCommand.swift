import ArgumentParser
import Files
import Runs
import Training

/// `languages train`
struct LanguagesTrain: AsyncParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract:
            "Move languages apart in what tells them apart, and together in what they share, while the central one stays.",
        discussion: """
            The last blocks are trained (--train-layers), all of their weights or LoRA on them; what lies below is computed once \
            for each text. Three losses at the final norm: the central language stays (--retain), each other language's \
            specific part moves by --strength times its expression (--separate), and its agnostic part to that of the central \
            language (--align). Answers are not used. A stopped run goes on by `sft-probe train --resume RUN`.

            Example: sft-probe languages train --model smollm2-135m --subspaces subspaces.safetensors --data parallel.jsonl \
            --lora-rank 16 --output run
            """)

    @OptionGroup var model: ModelOption
    @Option(help: "Subspaces of the final norm, as `languages probe` writes them.", completion: .file())
    var subspaces: String
    @Option(
        help: "Parallel texts (JSON lines): a key for each language, the same languages in every record.",
        completion: .file())
    var data: String
    @Flag(help: "Make texts what a user says, by the chat template.") var chat = false
    @OptionGroup var reading: DataReading
    @Option(help: "Folder of the run; it must not exist yet.", completion: .file()) var output: String
    @Option(help: "Weight of the loss that keeps the central language.") var retain = 1.0
    @Option(help: "Weight of the loss that moves specific parts.") var separate = 1.0
    @Option(help: "Weight of the loss that brings agnostic parts together.") var align = 1.0
    @Option(help: "How strongly languages are expressed, as zh=1.0,sw=0.5 (default: 1 for all).")
    var strength: String?
    @Option(help: "The last blocks that are trained: a number, or a share below 1 of all, at least one.")
    var trainLayers = 0.0625
    @OptionGroup var flags: TrainingFlags
    @OptionGroup(title: "General") var config: ConfigOption

    var options: RunOptions { flags.options }

    func validate() throws {
        for (value, flag) in [(retain, "--retain"), (separate, "--separate"), (align, "--align")] {
            try requireSetting(value >= 0 && value.isFinite, flag, value, "0 or more")
        }
        try requireSetting(
            retain + separate + align > 0, "--retain, --separate and --align", "0",
            "above 0, one of them at least")
        try requireSetting(
            trainLayers > 0 && (trainLayers < 1 || trainLayers == trainLayers.rounded()), "--train-layers",
            trainLayers, "a number of blocks, or a share between 0 and 1")
        try requireSetting(languages.strengths != nil, "--strength", strength ?? "", "such as zh=1.0,sw=0.5")
        try flags.check(hasAdapter: model.adapter != nil)
    }

    func run() async throws {
        try prepare(
            outputs: [], reading: model.inputs + named("--subspaces", subspaces) + named("--data", data))
        try await train(try plan, options)
        let trainsAll = flags.lora.loraRank == nil && model.adapter == nil
        options.remark(
            "what came of it: sft-probe languages evaluate --model \(trainsAll ? "\(output)/final" : "\(model.model) --adapter \(output)/final") "
                + "--data questions.jsonl --output after.jsonl, with --compare the lines of the model before")
    }

    private var languages: LanguagePlan {
        LanguagePlan(
            subspaces: subspaces, retain: retain, separate: separate, align: align,
            strength: strength?.split(separator: ",").map(String.init) ?? [], trainLayers: trainLayers,
            asChat: chat)
    }

    private var plan: TrainingPlan {
        get throws {
            var plan = try flags.plan(
                model: model.model, adapter: model.adapter, data: data, reading, output: output)
            plan.languages = languages
            return plan
        }
    }
}
