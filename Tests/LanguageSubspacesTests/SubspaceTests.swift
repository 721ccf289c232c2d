import Foundation
import Kernels
import LanguageSubspaces
import LinearProbes
import ModelFiles
import TestSupport
import Testing
import Transformers

@Suite struct SubspaceTests {
    private func means(_ languages: Int, width: Int = 64, seed: Int) -> [(language: String, mean: [Double])] {
        var generator = SeededGenerator(seed: seed)
        return (0..<languages).map { number in
            ("l\(number)", (0..<width).map { _ in Double.random(in: -1...1, using: &generator) + 0.3 })
        }
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    /// With r = L − 1 the languages' means coincide in the agnostic subspace; M_a is the nearest point of their affine hull.
    @Test(arguments: [2, 3, 7])
    func meansCoincideInTheAgnosticSubspace(_ languages: Int) throws {
        let means = means(languages, seed: languages)
        let found = try LanguageSubspace(
            of: means, central: "l0", rank: languages - 1, place: .final)
        let square = dot(found.agnostic, found.agnostic)
        for (language, mean) in means {
            // P_a·m = M_a
            #expect(abs(dot(mean, found.agnostic) / square - 1) < 1e-12)
            let expression = try #require(found.expressions[language])
            #expect(abs(dot(expression, found.agnostic)) < 1e-12)
            let moved = zip(mean, means[0].mean).map { $0 - $1 }
            #expect(difference(expression, language == "l0" ? expression : moved) < 1e-10)
        }
        for (row, direction) in found.specific.enumerated() {
            #expect(abs(dot(direction, found.agnostic)) < 1e-12)
            for (column, other) in found.specific.enumerated() {
                #expect(abs(dot(direction, other) - (row == column ? 1 : 0)) < 1e-12)
            }
        }
        // No other point of the affine hull is nearer to the origin.
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<50 {
            var weights = (0..<languages).map { _ in Double.random(in: -1...1, using: &generator) }
            let rest = (1 - weights.reduce(0, +)) / Double(languages)
            weights = weights.map { $0 + rest }
            let point = (0..<64).map { i in zip(weights, means).reduce(0) { $0 + $1.0 * $1.1.mean[i] } }
            #expect(dot(point, point) >= square - 1e-12)
        }
    }

    @Test func subspacesOfTinyModelsAreNumPys() async throws {
        let reference = try LanguagesReference.read()
        for one in reference.geometry {
            let model = try Decoder(
                ModelSource(path: repositoryPath("notebooks-data/reference/families/\(one.family)")))
            let texts = reference.languages.flatMap { language in
                (one.texts[language] ?? []).enumerated().map { (language, "\(language)\($0)", $1) }
            }
            let states = await states(
                of: model, on: texts.map(\.2), texts: texts.map { States.Text(id: $0.1, language: $0.0) },
                sites: [.residual], packTokens: 60, workers: 2)
            let places = (0...model.layers).map { SubspacePlace.layer($0) } + [.final]
            let found = try Subspaces(of: states, at: places, central: "en", rank: one.rank)
            #expect(found.languages == reference.languages && found.places.count == one.places.count)
            for ((place, subspace), wanted) in zip(found.places, one.places) {
                #expect(difference(subspace.agnostic, wanted.agnostic) < 1e-3, "\(one.family) \(place)")
                #expect(
                    difference(projector(subspace.specific), wanted.projector.flatMap(\.self)) < 1e-3,
                    "\(one.family) \(place)")
                for (language, expression) in zip(reference.languages, wanted.expressions)
                where language != "en" {
                    #expect(difference(subspace.expressions[language] ?? [], expression) < 1e-3)
                }
                let separation = try #require(found.separation[place])
                #expect(abs(separation.specific.value - wanted.specific) < 1e-3)
                #expect(abs(separation.complement.value - wanted.complement) < 1e-3)
            }
        }
    }

    @Test func subspacesAreReadAsTheyWereWritten() throws {
        let folder = try TemporaryFolder()
        let states = States(
            texts: (0..<12).map { States.Text(id: "\($0)", language: ["en", "zh", "sw"][$0 % 3]) },
            position: .last, layers: [0, 1],
            sites: [
                .residual: States.Array(
                    shape: [12, 2, 5], values: (0..<120).map { Float(($0 * 37) % 23) / 7 + Float($0 % 3) })
            ],
            final: States.Array(shape: [12, 5], values: (0..<60).map { Float(($0 * 29) % 17) / 5 - 1 }),
            offsets: Array(0...12))
        let made = try Subspaces(
            of: states, at: [.layer(1), .final], central: "en", origin: ["model": "m"])
        let path = folder.file("s.safetensors")
        try made.write(to: path)
        let read = try Subspaces(path: path)
        #expect(read.languages == ["en", "zh", "sw"] && read.central == "en" && read.rank == 2)
        #expect(read.texts == ["en": 4, "zh": 4, "sw": 4] && read.origin == ["model": "m"])
        #expect(read.places.map(\.place) == [.layer(1), .final])
        for ((_, a), (_, b)) in zip(made.places, read.places) {
            #expect(difference(b.agnostic, a.agnostic) < 1e-6)
            #expect(difference(projector(b.specific), projector(a.specific)) < 1e-6)
        }
        #expect(read.separation[.final] == made.separation[.final])
        // Names and shapes are those of the contract.
        let file = try Safetensors(path: path)
        #expect(file.tensors["M_s.final"]?.shape == [5, 2] && file.tensors["delta.zh.1"]?.shape == [5])

        // As far apart, at the same angles, in other directions.
        let random = made.random(seed: 3)
        for ((_, a), (_, b)) in zip(made.places, random.places) {
            let (one, other) = (
                LanguageGeometry(of: a, languages: made.languages),
                LanguageGeometry(of: b, languages: made.languages)
            )
            for (x, y) in zip(one.distances, other.distances) { #expect(difference(y, x) < 1e-10) }
        }
    }

    @Test func whatCannotBeReadIsNamed() throws {
        func states(_ languages: [String]) -> States {
            States(
                texts: languages.enumerated().map { States.Text(id: "\($0)", language: $1) }, position: .last,
                layers: [1], sites: [:],
                final: States.Array(
                    shape: [languages.count, 4],
                    values: (0..<languages.count * 4).map { Float(($0 * 31) % 13) }),
                offsets: Array(0...languages.count))
        }
        func error(_ languages: [String], rank: Int? = nil) -> LanguagesError? {
            do throws(LanguagesError) {
                _ = try Subspaces(of: states(languages), at: [.final], central: "en", rank: rank)
                return nil
            } catch { return error }
        }
        #expect(error(["en", "en"]) == .oneLanguage(["en"]))
        #expect(error(["zh", "zh", "sw", "sw"]) == .noCentral("en", found: ["zh", "sw"]))
        #expect(error(["en", "en", "zh"]) == .tooFew(language: "zh", texts: 1))
        #expect(error(["en", "en", "zh", "zh"], rank: 2) == .rank(2, languages: 2))
        #expect(error(["en", "en", "zh", "zh"]) == nil, "two languages have one direction")
        // At one of two places the languages have the same states.
        let ends = States(
            texts: (0..<4).map { States.Text(id: "\($0)", language: ["en", "zh"][$0 % 2]) }, position: .last,
            layers: [0, 1],
            sites: [
                .residual: States.Array(
                    shape: [4, 2, 3], values: (0..<4).flatMap { [1, 2, 3, Float($0), Float($0 % 2), 1] })
            ], final: nil, offsets: Array(0...4))
        let some = try Subspaces(of: ends, at: [.layer(0), .layer(1)], central: "en")
        #expect(some.places.map(\.place) == [.layer(1)] && some.leftOut == [.layer(0)])
        #expect(throws: LanguagesError.alike(place: "0", rank: 1)) {
            _ = try Subspaces(of: ends, at: [.layer(0)], central: "en")
        }
        // Two languages with the same states.
        let same = [(language: "en", mean: [1.0, 2, 3]), (language: "zh", mean: [1.0, 2, 3])]
        #expect(throws: LanguagesError.alike(place: "final", rank: 1)) {
            _ = try LanguageSubspace(of: same, central: "en", rank: 1, place: .final)
        }
    }
}
