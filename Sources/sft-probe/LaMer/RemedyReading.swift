import Foundation
import Records

/// What the remedy in a folder came to; nil where there is none, or it is not done.
func remedySummary(in folder: String) throws -> RemedySummary? {
    let path = RemedyFiles(folder: folder).summary
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    do { return try JSONDecoder().decode(RemedySummary.self, from: data) } catch {
        throw RecordError.malformed(path: path, line: 1, reason: "it is no summary of a remedy: \(error)")
    }
}
