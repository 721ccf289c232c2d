import Kernels
import ArgumentParser
import GradAttrib
import Records
import Reports
import Runs
import Tokenization
import Transformers

/// `verify`: what must hold on any model, checked on this one.
struct Verify: AsyncParsableCommand, ComputingCommand, TableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check on a model that pairs of computations that must agree do agree.",
        discussion: """
            Exits with 70 if an identity does not hold. It does not compare logits with transformers, which would need Python.

            Example: sft-probe verify --model smollm2-135m
            """)

    @OptionGroup var model: ModelOption
    @OptionGroup(title: "Computing") var options: RunOptions
    @Flag(help: "Print the result as JSON.") var json = false
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    private struct Line: Encodable {
        let identity: String
        let error: Double?
        let tolerance: Double
        let holds: Bool
    }

    func run() async throws {
        let open = try OpenModel(model)
        options.begin()
        let found = await identities(of: open.decoder, on: sequences(open))
        if json {
            for identity in found {
                print(
                    try jsonLine(
                        Line(
                            identity: identity.name, error: identity.error.isNaN ? nil : identity.error,
                            tolerance: identity.tolerance, holds: identity.holds)))
            }
        } else {
            var table = Table([.text("identity"), .number("relative error"), .number("at most"), .text("")])
            for identity in found {
                table.add([
                    identity.name, significant(identity.error, digits: 2),
                    significant(identity.tolerance, digits: 1), identity.holds ? "holds" : "DOES NOT HOLD",
                ])
            }
            print(table.fitted, terminator: "")
        }
        let broken = found.filter { !$0.holds }
        guard broken.isEmpty else {
            throw VerificationFailed(
                description: "\(model.model): \(broken.count) of \(found.count) identities do not hold: "
                    + broken.map(\.name).joined(separator: "; ")
                    + "; do not trust scores of this model, and report it with the output of `model show`.")
        }
        options.remark("All \(found.count) identities hold on \(model.model).")
    }

    /// A few sentences, for rounding stays small on what a model was made for; random tokens where the vocabulary has
    /// no words.
    private func sequences(_ open: OpenModel) -> [TokenSequence] {
        var generator = SeededGenerator(seed: options.seed)
        let texts = [
            "The water in the pot was heated until it boiled, and the lid began to rattle. She turned the gas down.",
            "def add(a, b):\n    return a + b",
            "Tom has 3 boxes with 12 pencils each and gives 7 away. He has 3 * 12 - 7 = 29 pencils left.",
        ]
        return texts.map { text in
            var ids = Array(open.tokenizer.encode(text).prefix(min(64, open.decoder.contextLength)))
            if ids.count < 8 || ids.contains(where: { Int($0) >= open.decoder.vocabulary }) {
                ids = (0..<8).map { _ in
                    Int32.random(in: 0..<Int32(open.decoder.vocabulary), using: &generator)
                }
            }
            return TokenSequence(ids: ids, supervised: ids.indices.map { $0 >= ids.count / 2 })
        }
    }
}
