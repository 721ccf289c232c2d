import Foundation
import TestSupport
import Testing

/// `train --rates` as a user runs it, on a tiny model.
@Suite struct RatesRunTests {
    let folder: TemporaryFolder
    let model: String

    init() throws {
        folder = try TemporaryFolder()
        model = try Tool.tinyModel(in: folder)
        let lines = (1...8).map {
            "{\"prompt\": \"what is \($0)+7?\", \"completion\": \" it is \($0 + 7).\"}\n"
        }
        try write(lines.joined(), "data.jsonl")
    }

    private func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: folder.file(name)))
    }

    private func rates(_ body: String) throws {
        try write("{\"format\": \"sft-probe/rates\", \"version\": 1, \(body)}", "rates.json")
    }

    private func train(_ output: String, _ more: [String] = []) throws -> Tool.Outcome {
        try Tool.run(
            [
                "train", "--model", model, "--data", folder.file("data.jsonl"), "--output",
                folder.file(output),
                "--rates", folder.file("rates.json"), "--max-steps", "6", "--batch-size", "4",
                "--checkpoint-every", "3",
                "--learning-rate", "1e-2",
            ] + more)
    }

    private func bytes(_ path: String) throws -> Data {
        try Data(contentsOf: URL(filePath: folder.file(path)))
    }

    /// Frozen weights end as they began; across the change of a phase a resumed run is the unbroken one, bit for bit.
    @Test(arguments: [[], ["--lora-rank", "2"], ["--lora-rank", "2", "--new-tokens", "[A],[B]"]])
    func phasesAreRecordedAndGoneOnWith(_ kind: [String]) throws {
        try rates(
            #""phases": [{"steps": 4, "default": 0, "modules": {"*.mlp.*": 1}}, {"default": 0.5, "modules": {"*.1.*": 0}}]"#
        )
        let outcome = try train("run", kind)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let record = try #require(
            try JSONSerialization.jsonObject(with: bytes("run/run.json")) as? [String: Any])
        let settings = try #require(record["settings"] as? [String: Any])
        let phases = try #require((settings["rates"] as? [String: Any])?["phases"] as? [[String: Any]])
        #expect(phases.compactMap { $0["through"] as? Int } == [4, 6])
        let factors = try #require(phases[0]["factors"] as? [String: Double])
        #expect(factors["model.layers.0.mlp.up_proj"] == 1 && factors["model.layers.0.self_attn.q_proj"] == 0)
        let weights = kind.isEmpty ? "final/model.safetensors" : "final/adapter_model.safetensors"
        let end = try bytes("run/\(weights)")
        try FileManager.default.removeItem(atPath: folder.file("run/final"))
        let resumed = try Tool.run(["train", "--resume", folder.file("run")])
        #expect(resumed.code == 0 && resumed.errors.contains("going on after step 3"), "\(resumed.errors)")
        #expect(try bytes("run/\(weights)") == end)
        try FileManager.default.removeItem(atPath: folder.file("run/final"))
        try rates(#""default": 0.25"#)
        let changed = try Tool.run(["train", "--resume", folder.file("run")])
        #expect(
            changed.code == 65 && changed.errors.contains("the rates are other factors"), "\(changed.errors)")
    }

    @Test(arguments: [
        (
            #""modules": {"*.mlp.up_prj": 0}"#,
            "the pattern \"*.mlp.up_prj\" matches no module; the nearest names are model.layers.0.mlp.up_proj"
        ),
        (#""default": 0"#, "all factors of the steps 1 to 6 are 0, so nothing would be trained"),
        (#""module": {}"#, "the key \"module\" is not known"),
        (#""phases": [{"steps": 2}]"#, "the phases end after step 2, and the run has 6 steps"),
    ])
    func whatCannotBeIsRefused(_ body: String, _ words: String) throws {
        try rates(body)
        let outcome = try train("refused")
        #expect(outcome.code == 65 && outcome.errors.contains(words), "\(outcome.code) \(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("refused")))
    }

    /// A rule for modules without an adapter would change nothing.
    @Test func aPatternOfModulesWithoutAnAdapterIsRefused() throws {
        try rates(#""modules": {"*.mlp.*": 0.5, "*.v_proj": 0.1}"#)
        let outcome = try train("refused", ["--lora-rank", "2", "--lora-targets", "q_proj,v_proj"])
        #expect(outcome.code == 65)
        #expect(
            outcome.errors.contains(
                "the pattern \"*.mlp.*\" matches only modules that have no adapter, so they are not trained: "
                    + "model.layers.0.mlp.gate_proj"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("refused")))
        try rates(#""modules": {"*.layers.0.*": 0.5}"#)
        #expect(try train("some", ["--lora-rank", "2", "--lora-targets", "q_proj,v_proj"]).code == 0)
    }

    private struct Modules: Decodable {
        struct Module: Decodable {
            let module: String
            let shapes: [String: [Int]]
            let factors: [Double]?
        }
        let modules: [Module]
    }

    @Test func modulesAreListedWithTheirFactors() throws {
        try rates(#""modules": {"*.q_proj": 0}"#)
        let list: Modules = try Tool.json([
            "model", "show", model, "--modules", "--rates", folder.file("rates.json"),
        ])
        let query = try #require(list.modules.first { $0.module == "model.layers.0.self_attn.q_proj" })
        #expect(query.factors == [0] && query.shapes["weight"]?.count == 2)
        #expect(list.modules[0].module == "model.embed_tokens" && list.modules[0].factors == [1])
        let table = try Tool.run(["model", "show", model, "--modules"])
        #expect(table.code == 0 && table.output.contains("model.layers.0.mlp.down_proj"))
        try rates(#""modules": {"*.q_prj": 0}"#)
        let typo = try Tool.run(["model", "show", model, "--modules", "--rates", folder.file("rates.json")])
        #expect(typo.code == 65 && typo.errors.contains("matches no module"), "\(typo.errors)")
    }
}
