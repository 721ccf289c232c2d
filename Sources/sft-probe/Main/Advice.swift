import GradAttrib
import HeadActivation

/// The flags that help with an error of a library, which states facts and knows no flags; nil where none does.
func advice(on error: any Error) -> String? {
    switch error {
    case AttributionError.needs: "(--objective, --baseline)"
    case PatternError.notFinite: "(--precision fp32)"
    case PatternError.mismatch(let mismatch) where mismatch.trait != .shape: "(--allow-mismatch)"
    default: nil
    }
}
