import Foundation
import HeadActivation
import ModelFiles

extension TrainingRun {
    /// Writes the files that mark a folder as a run.
    func writeRecord(to folder: String) throws(ModelFileError) {
        do {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/checkpoints", withIntermediateDirectories: true)
            try record.write(to: "\(folder)/run.json")
        } catch {
            throw ModelFileError(error, at: folder)
        }
    }

    /// Removes incomplete folders of a killed process.
    func removeUnfinished() {
        for place in [folder, "\(folder)/checkpoints"] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
            for name in names where name.hasSuffix(".part") {
                try? FileManager.default.removeItem(atPath: "\(place)/\(name)")
            }
        }
    }
}

/// The newest complete checkpoint of a run; nil if there is none yet.
func newestCheckpoint(of run: String) throws -> String? {
    let folder = "\(run)/checkpoints"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter {
        step(of: $0) != nil && FileManager.default.fileExists(atPath: "\(folder)/\($0)/optimizer.safetensors")
    }
    .max { (step(of: $0) ?? 0) < (step(of: $1) ?? 0) }
    .map { "\(folder)/\($0)" }
}
