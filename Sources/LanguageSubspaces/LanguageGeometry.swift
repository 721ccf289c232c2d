import Foundation
import Kernels
import Statistics

/// How languages lie to each other at a place.
public struct LanguageGeometry: Sendable {
    /// The languages, the central one among them.
    public let languages: [String]
    /// ‖Δ_l‖, how far each language lies from the central one in M_s: [language].
    public let lengths: [Double]
    /// ‖Δ_l − Δ_k‖: [language][language].
    public let distances: [[Double]]
    /// The angle between Δ_l and Δ_k, in degrees; NaN where one is 0, as the central one is: [language][language].
    public let angles: [[Double]]
    /// Where each language lies in the plane of M_s in which they differ most: [language].
    public let plane: [(x: Double, y: Double)]

    /// The geometry of a subspace.
    public init(of subspace: LanguageSubspace, languages: [String]) {
        let points = languages.map { subspace.coordinates(of: subspace.expressions[$0] ?? []) }
        self.languages = languages
        lengths = points.map(norm)
        distances = points.map { a in points.map { norm(sum(a, -1, $0)) } }
        angles = points.map { a in
            points.map { b in
                let size = norm(a) * norm(b)
                return size > 0 ? acos(max(-1, min(1, dot(a, b) / size))) * 180 / .pi : .nan
            }
        }
        let rank = subspace.specific.count
        let components = PrincipalComponents(of: points, count: min(2, rank))
        plane = points.map { point in
            let found = components?.coordinates(of: point) ?? []
            return (found.first ?? 0, found.count > 1 ? found[1] : 0)
        }
    }
}
