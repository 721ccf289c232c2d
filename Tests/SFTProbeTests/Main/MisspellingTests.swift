import Testing

/// A word that the tool does not know is said before all that follows from it, with the one that may have been meant.
@Suite struct MisspellingTests {
    @Test(arguments: [
        (["atribute", "--model", "m"], "atribute is not a command of sft-probe; did you mean attribute?"),
        (["help", "atribute"], "did you mean attribute?"),
        (["patterns", "comprae", "x"], "did you mean compare?"),
        (["help", "patterns", "stast"], "did you mean stats?"),
        (["stats", "p.h5"], "did you mean patterns stats?"),
        (
            ["attribute", "--modle", "m"],
            "--modle is not a flag of sft-probe attribute; did you mean --model?"
        ),
        (["attribute", "--model", "m", "--limt=3"], "did you mean --limit?"),
        (["train", "--learing-rate", "1"], "did you mean --learning-rate?"),
        (["quux"], "quux is not a command of sft-probe. All are listed by: sft-probe --help"),
        (["report", "p.h5", "--zzzzzz"], "--zzzzzz is not a flag of sft-probe report."),
    ])
    func isSaid(_ arguments: [String], _ words: String) throws {
        let outcome = try Tool.run(arguments)
        #expect(outcome.code == 64 && outcome.output.isEmpty)
        #expect(outcome.errors.contains(words) && outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
    }

    @Test func rightWordsGetTheParsersOwnAnswer() throws {
        let missing = try Tool.run(["attribute", "--model", "m"])
        #expect(missing.code == 64 && missing.errors.contains("Missing expected argument '--data <data>'"))
        #expect(try Tool.run(["help", "attribute"]).output.contains("USAGE: sft-probe attribute"))
        #expect(try Tool.run(["help", "patterns", "stats"]).code == 0)
        // What stands behind -- is no flag.
        let behind = try Tool.run(["patterns", "stats", "--", "--nofile"])
        #expect(behind.code == 66, "\(behind.errors)")
    }

    @Test(arguments: [
        ("./nowhere", "./nowhere: there is no such file or folder; give"),
        ("nowhere/", "there is no such file or folder"), ("model.gguf", "there is no such file or folder"),
        ("a/b/c", "there is no such file or folder"), ("smolm2-135m", "did you mean smollm2-135m?"),
        ("all-minilm-l6-v", "did you mean all-minilm-l6-v2?"),
        ("owner/name", "fetch it with: sft-probe model pull owner/name."),
    ])
    func modelsToo(_ name: String, _ words: String) throws {
        let outcome = try Tool.run(["model", "show", name])
        #expect(outcome.code == 66 && outcome.errors.contains(words), "\(outcome.errors)")
    }
}
