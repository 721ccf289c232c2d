import Foundation
import Kernels
import ModelFiles

extension Subspaces {
    /// Writes `M_a.L`, `M_s.L` and `delta.<lang>.L` of each place L as safetensors, with languages, central language, rank,
    /// texts and origin as metadata; whole or not at all.
    public func write(to path: String) throws(LanguagesError) {
        var tensors: [(name: String, shape: [Int], values: [Float])] = []
        for (place, subspace) in places {
            let d = subspace.agnostic.count
            tensors.append(("M_a.\(place)", [d], subspace.agnostic.map(Float.init)))
            tensors.append(
                (
                    "M_s.\(place)", [d, rank],
                    (0..<d).flatMap { i in subspace.specific.map { Float($0[i]) } }
                ))
            for language in languages {
                let expression = subspace.expressions[language] ?? [Double](repeating: 0, count: d)
                tensors.append(("delta.\(language).\(place)", [d], expression.map(Float.init)))
            }
        }
        var metadata = origin
        metadata["format"] = "sft-probe/subspaces"
        metadata["version"] = "1"
        metadata["languages"] = languages.joined(separator: ",")
        metadata["central"] = central
        metadata["rank"] = "\(rank)"
        metadata["counts"] = languages.map { "\(texts[$0] ?? 0)" }.joined(separator: ",")
        metadata["layers"] = places.map { "\($0.place)" }.joined(separator: ",")
        if !separation.isEmpty {
            let named = Dictionary(uniqueKeysWithValues: separation.map { ("\($0.key)", $0.value) })
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            metadata["separation"] = (try? encoder.encode(named)).map { String(decoding: $0, as: UTF8.self) }
        }
        do throws(ModelFileError) {
            try writeSafetensors(tensors, metadata: metadata, to: path)
        } catch { throw .file(error) }
    }

    /// Reads what `languages probe` writes.
    ///
    /// - Throws: where a tensor or what says what they are is missing, or has another shape.
    public init(path: String) throws(LanguagesError) {
        let file: Safetensors
        do throws(ModelFileError) { file = try Safetensors(path: path) } catch { throw .file(error) }
        func fail(_ reason: String) -> LanguagesError {
            .subspaces(path: path, reason: reason + "; make it anew with `sft-probe languages probe`")
        }
        func fact(_ key: String) throws(LanguagesError) -> String {
            guard let value = file.metadata[key] else { throw fail("its metadata have no \"\(key)\"") }
            return value
        }
        func list(_ key: String) throws(LanguagesError) -> [String] {
            try fact(key).split(separator: ",").map(String.init)
        }
        let (languages, central) = (try list("languages"), try fact("central"))
        guard let rank = Int(try fact("rank")), rank >= 1, languages.count >= 2, languages.contains(central),
            Set(languages).count == languages.count
        else { throw fail("its languages, central language and rank do not fit together") }
        let names =
            file.metadata["layers"] == nil
            ? file.tensors.keys.filter { $0.hasPrefix("M_a.") }.map { String($0.dropFirst(4)) }
            : try list("layers")
        var width: Int?
        func numbers(_ name: String, _ columns: Int?) throws(LanguagesError) -> [Double] {
            guard let tensor = file.tensors[name] else { throw fail("it has no tensor \(name)") }
            let shape = tensor.shape
            let d = width ?? shape.first ?? 0
            guard shape == (columns.map { [d, $0] } ?? [d]), d > 0 else {
                throw fail("its tensor \(name) has the shape \(shape)")
            }
            width = d
            let values = tensor.matrix.expanded()
            guard values.allSatisfy(\.isFinite) else { throw fail("its tensor \(name) is not finite") }
            return values.map(Double.init)
        }
        var places: [(SubspacePlace, LanguageSubspace)] = []
        for name in names {
            guard let place = SubspacePlace(name) else { throw fail("\"\(name)\" is no layer") }
            let agnostic = try numbers("M_a.\(place)", nil)
            let columns = try numbers("M_s.\(place)", rank)
            var expressions: [String: [Double]] = [:]
            for language in languages {
                expressions[language] = try numbers("delta.\(language).\(place)", nil)
            }
            places.append(
                (
                    place,
                    LanguageSubspace(
                        agnostic: agnostic,
                        specific: (0..<rank).map { column in
                            agnostic.indices.map { columns[$0 * rank + column] }
                        }, expressions: expressions)
                ))
        }
        guard !places.isEmpty else { throw fail("it holds no subspace") }
        let counts = try list("counts").compactMap { Int($0) }
        let separation = file.metadata["separation"].flatMap {
            try? JSONDecoder().decode([String: LanguageSeparation].self, from: Data($0.utf8))
        }
        self.init(
            languages: languages, central: central, rank: rank, places: places.sorted { $0.0 < $1.0 },
            separation: Dictionary(
                (separation ?? [:]).compactMap { key, value in SubspacePlace(key).map { ($0, value) } }
            ) { $1 },
            texts: Dictionary(zip(languages, counts)) { first, _ in first },
            origin: file.metadata.filter {
                ![
                    "format", "version", "languages", "central", "rank", "counts", "layers", "separation",
                ].contains($0.key)
            })
    }
}
