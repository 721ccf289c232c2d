import Foundation
import LanguageSubspaces

/// How a run brings languages nearer.
public struct LanguagePlan: Codable, Sendable, Equatable {
    /// The file of subspaces.
    public var subspaces: String
    /// The weights of the losses.
    public var retain, separate, align: Double
    /// How strongly languages are to be expressed, each as `zh=0.5`; 1 for those that are not named.
    public var strength: [String]
    /// The last blocks that are trained: a number of them, or a share below 1 of all, at least one.
    public var trainLayers: Double
    /// Whether texts are what a user says, for the chat template.
    public var asChat: Bool

    enum CodingKeys: String, CodingKey {
        case subspaces, retain, separate, align, strength
        case trainLayers = "train_layers"
        case asChat = "chat"
    }

    /// A plan.
    public init(
        subspaces: String, retain: Double = 1, separate: Double = 1, align: Double = 1,
        strength: [String] = [], trainLayers: Double = 0.0625, asChat: Bool = false
    ) {
        (self.subspaces, self.retain, self.separate, self.align) = (subspaces, retain, separate, align)
        (self.strength, self.trainLayers, self.asChat) = (strength, trainLayers, asChat)
    }

    /// The strengths by language; nil where one is not written as `zh=0.5`.
    public var strengths: [String: Double]? {
        var found: [String: Double] = [:]
        for text in strength {
            let parts = text.split(separator: "=")
            guard parts.count == 2, let number = Double(parts[1]), number.isFinite,
                found[String(parts[0])] == nil
            else { return nil }
            found[String(parts[0])] = number
        }
        return found
    }

    /// The weights of the losses.
    var weights: LanguageLossWeights {
        LanguageLossWeights(
            retain: retain, separate: separate, align: align, strength: strengths ?? [:])
    }

    /// The first block that is trained, of a model with some layers.
    func firstBlock(of layers: Int) -> Int {
        let count = trainLayers < 1 ? (trainLayers * Double(layers)).rounded() : trainLayers
        return layers - min(layers, max(1, Int(count)))
    }
}
