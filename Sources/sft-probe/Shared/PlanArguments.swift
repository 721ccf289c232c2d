public import ArgumentParser
public import Runs

extension TrainingPlan.Order: ExpressibleByArgument {}
extension RemedyPreset: ExpressibleByArgument {}
