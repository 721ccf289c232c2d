import Foundation
import Kernels
import LanguageSubspaces
import ModelFiles
import TestSupport
import Testing
import Transformers

/// The values of `notebooks-data/reference/make_languages.py`.
struct LanguagesReference: Decodable {
    struct Place: Decodable {
        let agnostic: [Double]
        let projector: [[Double]]
        let expressions: [[Double]]
        let specific, complement: Double
    }

    struct Geometry: Decodable {
        let family: String
        let rank: Int
        let texts: [String: [[Int32]]]
        let places: [Place]
    }

    struct Step: Decodable { let loss, retain, separate, align, norm: Double }

    struct Run: Decodable {
        let name, model: String
        let adapter: Bool?
        let blocks: Int
        let weights: [Double]
        let strength: [String: Double]
        let agnostic: [Double]
        let projector, expressions: [[Double]]
        let items: [[String: [Int32]]]
        let steps: [Step]
    }

    let languages: [String]
    let batch: Int
    let geometry: [Geometry]
    let runs: [Run]

    static func read() throws -> LanguagesReference {
        let path = fixture("languages.json", of: "LanguageSubspacesTests")
        return try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(filePath: path)))
    }
}

/// The largest difference of numbers, relative to the largest of the wanted ones.
func difference(_ found: [Double], _ wanted: [Double]) -> Double {
    let largest = wanted.reduce(1e-12) { max($0, abs($1)) }
    return found.count == wanted.count
        ? zip(found, wanted).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest : .infinity
}

/// Σ direction · directionᵀ.
func projector(_ directions: [[Double]]) -> [Double] {
    let width = directions.first?.count ?? 0
    return (0..<width * width).map { place in
        directions.reduce(0) { $0 + $1[place / width] * $1[place % width] }
    }
}
