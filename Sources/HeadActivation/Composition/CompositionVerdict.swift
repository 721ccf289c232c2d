import Statistics

/// What the controls of a composition allow one to say.
public enum CompositionVerdict: Sendable, Equatable {
    /// Some basic tasks contribute what is their own: their factors stay above zero without the common mode, and the
    /// fit explains more than sets of other tasks.
    case supported(ingredients: [String])
    /// What is left without the common mode is no better explained by the basic tasks than by others.
    case commonModeOnly
    /// What the basic tasks have in common with the target, they have in some layers only: a layer left out is not
    /// foretold.
    case notGeneral
    /// There is no other task to tell the common part from what is the tasks' own.
    case noControl
    /// The intervals are too wide, or there are none.
    case uncertain
}

extension Composition {
    /// Follows from the controls, not from R²: see the cases.
    public var verdict: CompositionVerdict {
        guard partialR2.value != nil, let gain = advantage.value, let factors = partialCoefficients else {
            return .noControl
        }
        guard let interval = advantage.interval else { return .uncertain }
        // No more is explained than by other tasks, or less than 5 % of the variance more.
        if gain <= 0, interval.high <= 0.05 { return .commonModeOnly }
        let ingredients = zip(question.basics, factors).filter { ($0.1.interval?.low ?? 0) > 0 }.map(\.0)
        if interval.low <= 0 || ingredients.isEmpty { return .uncertain }
        guard let foretold = leaveOneLayerOutR2, foretold > 0 else { return .notGeneral }
        return .supported(ingredients: ingredients)
    }
}
