public import ArgumentParser
public import Runs
public import Training

extension TrainingPlan.Order: ExpressibleByArgument {}
extension RunObjective: ExpressibleByArgument {}
extension PreferenceLoss.Form: ExpressibleByArgument {}
extension RemedyPreset: ExpressibleByArgument {}
