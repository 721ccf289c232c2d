import Foundation
import TestSupport
import Testing

/// `attribute --modules`, what goes through an adapter, `model adapter` and `induction`, as a user runs them.
@Suite struct ModuleCommandTests {
    struct Shown: Decodable {
        struct Modules: Decodable {
            let names: [String]
            let activation_signed, activation_stderr: [[Double?]]
        }

        struct AdapterHead: Decodable {
            let projection: String
            let layer, head: Int
            let adapter_signed, base_signed, norm, effective_rank, adapter_share: Double?
        }

        let activation_signed: [[Double]]
        let modules: Modules?
        let adapter: [AdapterHead]?
    }

    func attribute(_ given: AdapterCommandTests.Given, _ more: [String]) throws -> (
        file: String, shown: Shown
    ) {
        let file = given.folder.file("p\(more.count).h5")
        let outcome = try Tool.run(
            [
                "attribute", "--model", given.model, "--data", given.data, "--task", "t", "--checkpoint",
                "base",
                "--output", file,
            ] + more)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let json = try Tool.run(["patterns", "show", file, "--task", "t", "--json"])
        return (file, try JSONDecoder().decode(Shown.self, from: Data(json.output.utf8)))
    }

    @Test func modulesStandBesideHeads() throws {
        let given = try AdapterCommandTests.Given("rslora-all-linear")
        #expect(try attribute(given, []).shown.modules == nil)
        let (file, shown) = try attribute(given, ["--modules"])
        let modules = try #require(shown.modules)
        #expect(modules.names == ["q", "k", "v", "o", "attention", "gate", "up", "down", "mlp"])
        #expect(shown.adapter == nil)
        for (heads, row) in zip(shown.activation_signed, modules.activation_signed) {
            let output = try #require(row[3])
            #expect(abs(heads.reduce(0, +) - output) <= 1e-4 * max(0.01, abs(output)))
        }
        let table = try Tool.run(["patterns", "show", file, "--task", "t"]).output
        #expect(table.contains("attention") && table.contains("Modules: mean"))
        let report = given.folder.file("r.html")
        #expect(try Tool.run(["report", file, "--output", report, "--resamples", "100"]).code == 0)
        #expect(try String(contentsOfFile: report, encoding: .utf8).contains("The modules of every layer"))
    }

    @Test func shardsJoin() throws {
        let given = try AdapterCommandTests.Given("rslora-all-linear")
        let flags = ["--modules", "--adapter", given.adapter]
        let (whole, _) = try attribute(given, flags)
        let parts = try (1...3).map { shard in
            let file = given.folder.file("s\(shard).h5")
            let outcome = try Tool.run(
                [
                    "attribute", "--model", given.model, "--data", given.data, "--task", "t", "--checkpoint",
                    "base",
                    "--output", file,
                ] + flags + ["--shard", "\(shard)/3"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            return file
        }
        let merged = given.folder.file("merged.h5")
        let outcome = try Tool.run(["patterns", "merge"] + parts + ["--output", merged])
        #expect(outcome.code == 0, "\(outcome)")
        func shown(_ file: String) throws -> Shown {
            let json = try Tool.run(["patterns", "show", file, "--task", "t", "--json"])
            return try JSONDecoder().decode(Shown.self, from: Data(json.output.utf8))
        }
        let (a, b) = (try shown(whole), try shown(merged))
        for (x, y) in zip(try #require(a.adapter), try #require(b.adapter)) {
            let (p, q) = (try #require(x.adapter_signed), try #require(y.adapter_signed))
            #expect(abs(p - q) <= 1e-5 * max(abs(p), 0.01))
        }
        #expect(try #require(a.modules).names == #require(b.modules).names)
    }

    @Test func anAdaptersPartIsToldApart() throws {
        let given = try AdapterCommandTests.Given("plain")
        let (file, shown) = try attribute(given, ["--adapter", given.adapter])
        let heads = try #require(shown.adapter)
        #expect(Set(heads.map(\.projection)) == ["q", "v"] && heads.count == 12)
        #expect(heads.allSatisfy { ($0.norm ?? 0) > 0 && (1...4).contains($0.effective_rank ?? 0) })
        let sized = try Tool.run(["model", "adapter", given.model, given.adapter, "--json"])
        #expect(sized.code == 0 && sized.output.contains("effective_rank"), "\(sized)")
        let table = try Tool.run(["patterns", "show", file, "--task", "t"]).output
        #expect(table.contains("Through the adapter") && table.contains("KV1"))
        #expect(
            try Tool.run(["model", "adapter", given.model, given.adapter]).output.contains(
                "Most changed heads"))
    }

    @Test func whatCannotBeToldApartIsSaid() throws {
        let given = try AdapterCommandTests.Given("gpt2-dora")
        let outcome = try Tool.run([
            "attribute", "--model", given.model, "--adapter", given.adapter, "--data", given.data,
            "--task", "t", "--modules", "--output", given.folder.file("p.h5"),
        ])
        #expect(outcome.code == 0 && outcome.errors.contains("is not told apart"), "\(outcome.errors)")
        #expect(outcome.errors.contains("no gate"))
        let sized = try Tool.run(["model", "adapter", given.model, given.adapter])
        #expect(sized.code == 65 && sized.errors.contains("holds no pair"), "\(sized)")
    }

    @Test func inductionIsMeasuredAndStored() throws {
        let given = try AdapterCommandTests.Given("plain")
        let file = given.folder.file("i.h5")
        let flags = [
            "induction", "--model", given.model, "--count", "4", "--length", "5", "--top", "3",
            "--resamples", "100",
        ]
        let outcome = try Tool.run(flags + ["--json", "--output", file])
        #expect(outcome.code == 0, "\(outcome.errors)")
        struct Found: Decodable {
            struct Agreement: Decodable { let shared: Int, spearman_chance: Double }
            let induction: [[Double]]
            let helps, control: Agreement
        }
        let found = try JSONDecoder().decode(Found.self, from: Data(outcome.output.utf8))
        #expect(
            found.induction.joined().count == 8
                && found.induction.joined().allSatisfy { (0...1).contains($0) })
        #expect((0...3).contains(found.helps.shared))
        #expect(try Tool.run(["patterns", "list", file]).output.contains("induction"))
        let text = try Tool.run(flags + ["--quiet"])
        #expect(text.code == 0 && text.output.contains("rank correlation"))
        #expect(try Tool.run(flags + ["--length", "999"]).code == 64)
        #expect(try Tool.run(flags + ["--top", "0"]).code == 64)
    }
}
