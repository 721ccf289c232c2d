import ArgumentParser
import Foundation
import Runs

/// The texts of new tokens that a flag gives: separated by commas, or the lines of a file.
///
/// - Parameter forRun: whether a record is to name them, separated by commas: then none may have one.
func tokenTexts(_ tokens: String, forRun: Bool = false) throws -> [String] {
    guard FileManager.default.fileExists(atPath: tokens) else {
        return tokens.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let text = try? String(contentsOfFile: tokens, encoding: .utf8) else {
        throw UnusableData(
            description: "\(tokens) is not a text file in UTF-8; give one token on each line.")
    }
    let texts = text.split(whereSeparator: \.isNewline).map(String.init)
    if forRun, let odd = texts.first(where: { $0.contains(",") }) {
        throw UnusableData(
            description:
                "\(tokens): the token \"\(odd)\" has a comma, which separates tokens in run.json; add it with "
                + "`sft-probe model add-tokens`, and train that model.")
    }
    return texts
}
