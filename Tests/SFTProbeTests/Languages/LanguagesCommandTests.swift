import Foundation
import TestSupport
import Testing

/// `languages` as a user runs it, on a tiny model.
@Suite struct LanguagesCommandTests {
    let folder: TemporaryFolder
    let model: String

    init() throws {
        folder = try TemporaryFolder()
        model = try Tool.tinyModel(in: folder)
    }

    private func write(_ name: String, _ lines: [String]) throws -> String {
        try lines.joined(separator: "\n").write(toFile: folder.file(name), atomically: true, encoding: .utf8)
        return folder.file(name)
    }

    private func probeData() throws -> String {
        try write(
            "probe.jsonl",
            (0..<8).flatMap { number in
                [
                    #"{"id": "en\#(number)", "lang": "en", "text": "what is \#(number)"}"#,
                    #"{"id": "zh\#(number)", "lang": "zh", "text": "ab \#(number) ab"}"#,
                    #"{"id": "sw\#(number)", "lang": "sw", "text": "\#(number) wat th"}"#,
                ]
            })
    }

    private func parallel() throws -> String {
        try write(
            "parallel.jsonl",
            (0..<6).map {
                #"{"id": "p\#($0)", "en": "what is \#($0)", "zh": "ab \#($0)", "sw": "wat \#($0)"}"#
            })
    }

    private func probed(_ flags: [String] = []) throws -> (path: String, outcome: Tool.Outcome) {
        let path = folder.file("s.safetensors")
        return (
            path,
            try Tool.run(
                ["languages", "probe", "--model", model, "--data", probeData(), "--output", path, "--quiet"]
                    + flags)
        )
    }

    private func lines(_ file: String) throws -> [[String: Any]] {
        try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test func subspacesAreReadAndShown() throws {
        let (path, outcome) = try probed(["--control", folder.file("r.safetensors")])
        #expect(outcome.code == 0 && outcome.output.contains("languages train"), "\(outcome.errors)")
        let shown = try Tool.run(["languages", "show", path])
        #expect(shown.code == 0 && shown.output.contains("rank 2") && shown.output.contains("silhouette"))
        let control = try Tool.run(["languages", "show", folder.file("r.safetensors")])
        #expect(control.code == 0 && control.output.contains("directions that were drawn"))
        struct Shown: Decodable {
            struct Place: Decodable { let layer: String }
            let languages: [String]
            let rank: Int
            let places: [Place]
        }
        let json: Shown = try Tool.json(["languages", "show", path])
        #expect(
            json.languages == ["en", "zh", "sw"] && json.places.map(\.layer) == ["0", "1", "2", "3", "final"])
        let (_, few) = try probed(["--layers", "1,final", "--rank", "1", "--central", "zh", "--json"])
        let found = try JSONDecoder().decode(Shown.self, from: Data(few.output.utf8))
        #expect(found.rank == 1 && found.places.map(\.layer) == ["1", "final"])
    }

    /// Training by LoRA on the last block goes on after a stop; ordinary tools read what it writes.
    @Test func languagesAreTrainedAndEvaluated() throws {
        let (subspaces, _) = try probed()
        let run = folder.file("run")
        let train = [
            "languages", "train", "--model", model, "--subspaces", subspaces, "--data", try parallel(),
            "--lora-rank",
            "2", "--max-steps", "6", "--batch-size", "2", "--learning-rate", "0.02", "--workers", "1",
            "--quiet",
        ]
        let trained = try Tool.run(
            train + ["--output", run, "--checkpoint-every", "2", "--strength", "zh=0.5"])
        #expect(trained.code == 0, "\(trained.errors)")
        let metrics = try lines("\(run)/metrics.jsonl")
        #expect(metrics.count == 6)
        for line in metrics {
            #expect(
                line["loss_retain"] is Double && line["loss_separate"] is Double
                    && line["loss_align"] is Double)
        }
        // Only the last block of three has pairs.
        let config = try String(contentsOfFile: "\(run)/final/adapter_config.json", encoding: .utf8)
        #expect(config.contains("layers.2.") && !config.contains("layers.1."), "\(config)")
        let record = try String(contentsOfFile: "\(run)/run.json", encoding: .utf8)
        #expect(record.contains("train_layers") && record.contains("zh=0.5"))

        // Broken after step 4, it ends as the unbroken one.
        let wanted = try String(contentsOfFile: "\(run)/metrics.jsonl", encoding: .utf8)
        try FileManager.default.removeItem(atPath: "\(run)/final")
        let again = try Tool.run(["train", "--resume", run, "--quiet"])
        #expect(again.code == 0, "\(again.errors)")
        func losses(_ text: String) -> [String] {
            text.matches(of: #/"loss(_[a-z]+)?":([0-9.e-]+)/#).map { String($0.2) }
        }
        #expect(losses(try String(contentsOfFile: "\(run)/metrics.jsonl", encoding: .utf8)) == losses(wanted))

        let questions = try write(
            "questions.jsonl",
            (0..<8).map {
                #"{"id": "q\#($0)", "lang": "\#($0 % 2 == 0 ? "en" : "zh")", "prompt": "what \#($0)", "options": ["ab", "th"], "answer": \#($0 % 2)}"#
            })
        let before = folder.file("before.jsonl")
        let evaluate = ["languages", "evaluate", "--model", model, "--quiet"]
        let first = try Tool.run(evaluate + ["--data", questions, "--output", before])
        #expect(first.code == 0 && first.output.contains("Guessing is right in"), "\(first.errors)")
        #expect(try lines(before).allSatisfy { $0["acc"] is Bool && $0["lang"] is String })
        let second = try Tool.run(
            evaluate + [
                "--adapter", "\(run)/final", "--data", questions, "--output", folder.file("after.jsonl"),
                "--compare",
                before,
            ])
        #expect(second.code == 0 && second.output.contains("difference"), "\(second.errors)")

        let prompts = try write(
            "prompts.jsonl",
            (0..<6).map {
                #"{"id": "f\#($0)", "lang": "\#($0 % 2 == 0 ? "en" : "qu")", "prompt": "what is \#($0)"}"#
            })
        let answers = try Tool.run(
            evaluate + [
                "--data", prompts, "--output", folder.file("answers.jsonl"), "--max-tokens", "4",
            ])
        #expect(
            answers.code == 0 && answers.output.contains("Answers in qu cannot be told"), "\(answers.errors)")
        #expect(answers.output.contains("lang (fidelity)") && answers.output.contains("built-in profiles"))
        let told = try lines(folder.file("answers.jsonl"))
        #expect(
            told.filter { $0["faithful"] is Bool }.count == 3 && told.allSatisfy { $0["answer"] is String })
        let texts = try Tool.run(
            evaluate + ["--data", folder.file("probe.jsonl"), "--output", folder.file("nll.jsonl"), "--json"])
        #expect(texts.code == 0 && texts.output.contains("nll"), "\(texts.errors)")
        let own = try Tool.run(
            evaluate + [
                "--data", prompts, "--output", folder.file("own.jsonl"), "--identify",
                folder.file("probe.jsonl"),
                "--max-tokens", "2",
            ])
        #expect(own.code == 0 && own.output.contains("held-out lines of"), "\(own.errors)")
    }

    /// The flags stand in the record; another file of subspaces is not gone on with.
    @Test func everyFlagOfATrainingArrives() throws {
        try "{% for m in messages %}x{{ m.content }}y{% endfor %}".write(
            toFile: model + "/chat_template.jinja", atomically: true, encoding: .utf8)
        let (subspaces, _) = try probed()
        let run = folder.file("run")
        let trained = try Tool.run([
            "languages", "train", "--model", model, "--subspaces", subspaces, "--data", try parallel(),
            "--lora-rank",
            "2", "--max-steps", "2", "--batch-size", "2", "--retain", "0.5", "--separate", "0.25", "--align",
            "0",
            "--train-layers", "2", "--chat", "--output", run,
        ])
        #expect(trained.code == 0, "\(trained.errors)")
        #expect(trained.errors.contains("read the subspaces with --chat, too"), "\(trained.errors)")
        #expect(trained.errors.contains("blocks 1 to 2 of 0 to 2"), "\(trained.errors)")
        let record = try #require(
            JSONSerialization.jsonObject(with: try Data(contentsOf: URL(filePath: "\(run)/run.json")))
                as? [String: Any])
        let plan = try #require((record["plan"] as? [String: Any])?["languages"] as? [String: Any])
        #expect(plan["retain"] as? Double == 0.5 && plan["separate"] as? Double == 0.25)
        #expect(plan["align"] as? Double == 0 && plan["train_layers"] as? Double == 2)
        #expect(plan["chat"] as? Bool == true)
        let line = try #require(try lines("\(run)/metrics.jsonl").first)
        let (loss, retain, separate) = (
            line["loss"] as? Double ?? .nan, line["loss_retain"] as? Double ?? .nan,
            line["loss_separate"] as? Double ?? .nan
        )
        #expect(abs(loss - 0.5 * retain - 0.25 * separate) < 1e-5 * loss)

        let page = try Tool.run([
            "report", run, "--languages", subspaces, "--output", folder.file("page.html"),
        ])
        #expect(page.code == 0, "\(page.errors)")
        let html = try String(contentsOfFile: folder.file("page.html"), encoding: .utf8)
        for text in ["Languages inside the model", "How well languages separate", "after the final norm"] {
            #expect(html.contains(text), "\(text)")
        }

        try FileManager.default.removeItem(atPath: "\(run)/final")
        _ = try probed(["--rank", "1"])
        let other = try Tool.run(["train", "--resume", run, "--quiet"])
        #expect(other.code == 65 && other.errors.contains("file of subspaces"), "\(other.errors)")
    }

    @Test func headsThatWriteALanguage() throws {
        let (subspaces, _) = try probed()
        let output = folder.file("writes.h5")
        let heads = try Tool.run([
            "languages", "heads", "--model", model, "--subspaces", subspaces, "--data",
            folder.file("probe.jsonl"),
            "--output", output, "--quiet",
        ])
        #expect(heads.code == 0, "\(heads.errors)")
        // Heads, feed-forward layers and the embedding add up to the whole expression.
        let sums = heads.output.split(separator: "\n").compactMap { line -> Double? in
            let cells = line.split(separator: " ")
            return ["zh", "sw"].contains(cells.first) && cells.count > 5 ? Double(cells[5]) : nil
        }
        #expect(sums.count == 2 && sums.allSatisfy { abs($0 - 1) < 2e-3 }, "\(heads.output)")
        let stats = try Tool.run(["patterns", "stats", output])
        #expect(stats.code == 0 && stats.output.contains("zh"), "\(stats.errors)")
        let named = try Tool.run([
            "languages", "heads", "--model", model, "--subspaces", subspaces, "--data",
            folder.file("probe.jsonl"),
            "--output", output, "--layer", "1", "--checkpoint", "early", "--quiet",
        ])
        #expect(named.code == 0, "\(named.errors)")
        #expect(try Tool.run(["patterns", "list", output]).output.contains("early"))
        let twice = try Tool.run([
            "languages", "heads", "--model", model, "--subspaces", subspaces, "--data",
            folder.file("probe.jsonl"),
            "--output", output, "--quiet",
        ])
        #expect(twice.code != 0)
    }

    @Test func badDataAreNamed() throws {
        let (subspaces, _) = try probed()
        func train(_ lines: [String], _ flags: [String] = []) throws -> Tool.Outcome {
            try Tool.run(
                [
                    "languages", "train", "--model", model, "--subspaces", subspaces, "--data",
                    try write("bad.jsonl", lines), "--lora-rank", "2", "--max-steps", "1", "--output",
                    folder.file("bad-run"), "--quiet",
                ] + flags)
        }
        let good = #"{"en": "what", "zh": "ab", "sw": "th"}"#
        for (lines, flags, code, words) in [
            ([good, #"{"en": "what", "zh": "ab"}"#], [], 65, "it lacks sw, unlike line 1"),
            ([#"{"en": "what"}"#], [], 65, "in en alone"),
            ([#"{"zh": "ab", "sw": "th"}"#], [], 65, "no texts in en, the central language"),
            ([#"{"text": "ab"}"#], [], 65, "a text for each language"),
            ([#"{"en": 3, "zh": "ab", "sw": "th"}"#], [], 65, "\"en\""),
            ([good], ["--strength", "fr=1"], 65, "--strength names fr"),
            ([good], ["--strength", "fr"], 64, "--strength is fr"),
            ([good], ["--train-layers", "1.5"], 64, "--train-layers is 1.5"),
            ([good], ["--retain", "-1"], 64, "--retain"),
        ] {
            let outcome = try train(lines, flags)
            #expect(outcome.code == code && outcome.errors.contains(words), "\(flags) \(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder.file("bad-run")))
        }
        func probe(_ lines: [String], _ flags: [String] = []) throws -> Tool.Outcome {
            try Tool.run(
                [
                    "languages", "probe", "--model", model, "--data", try write("bad.jsonl", lines),
                    "--output",
                    folder.file("bad.safetensors"), "--quiet",
                ] + flags)
        }
        let texts = ["en", "en", "zh", "zh"].map { #"{"lang": "\#($0)", "text": "ab \#($0)"}"# }
        for (lines, flags, code, words) in [
            (Array(texts.dropLast()), [], 65, "the language zh has 1 text"),
            (Array(texts.prefix(2)), [], 65, "one language, en"),
            (texts, ["--central", "de"], 65, "the central language de is not among"),
            (texts, ["--rank", "3"], 65, "the rank is 3"),
            ([#"{"text": "ab"}"#], [], 65, "it has no \"lang\""),
            (texts, ["--layers", "9"], 64, "--layers names 9"),
            (texts, ["--layers", "last"], 64, "--layers is last"),
        ] {
            let outcome = try probe(lines, flags)
            #expect(outcome.code == code && outcome.errors.contains(words), "\(flags) \(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder.file("bad.safetensors")))
        }
        // By the template all texts end alike, so layer 0 tells nothing.
        try "{% for m in messages %}x{{ m.content }}y{% endfor %}".write(
            toFile: model + "/chat_template.jinja", atomically: true, encoding: .utf8)
        let chat = try Tool.run([
            "languages", "probe", "--model", model, "--data", try write("bad.jsonl", texts), "--output",
            folder.file("chat.safetensors"), "--chat",
        ])
        #expect(chat.code == 0 && chat.errors.contains("left out, because"), "\(chat.errors)")
        let two = try probe(texts)
        #expect(two.code == 0 && two.output.contains("rank 1"), "\(two.errors)")
        let strange = try Tool.run(["languages", "show", "\(model)/model.safetensors"])
        #expect(strange.code == 65 && strange.errors.contains("languages probe"), "\(strange.errors)")
    }
}
