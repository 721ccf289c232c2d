import GradAttrib
import HeadActivation
import Runs

/// The flags that help with an error of a library, which states facts and knows no flags; nil where none does.
func advice(on error: any Error) -> String? {
    switch error {
    case is CannotCreate: "Give another --output."
    case is StoppedTraining: "`sft-probe data show` prints examples as the model sees them."
    case AttributionError.needs: "(--objective, --baseline)"
    case PatternError.notFinite: "(--precision fp32)"
    case PatternError.mismatch(let mismatch) where mismatch.trait != .shape: "(--allow-mismatch)"
    default: nil
    }
}
