import Foundation
import MLXLLM
import SFTProbeCore
import Tokenizers

/// `Outside MODEL TOKENIZER`: ids by ours and by the stand-in, and the heads of a model.
@main struct Outside {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else { return print("usage: Outside MODEL TOKENIZER") }
        let model = try Decoder(ModelSource(path: arguments[1]))
        let ours = try SFTProbeCore.Tokenizer(tokenizerJSON: arguments[2])
        print("\(model.layers) layers of \(model.heads) heads")
        print(
            "\(ours.encode("2+3").count) ids, the stand-in's \(Tokenizers.AutoTokenizer().encode("2+3").count)"
        )
        print(MLXLLM.name)
    }
}
