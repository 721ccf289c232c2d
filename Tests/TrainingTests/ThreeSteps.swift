import Training

/// The steps that `make_logs.py` has.
let threeSteps = [
    MetricsLine(step: 1, loss: 2.5, gradNorm: 1.25, learningRate: 0, tokens: 90, seconds: 1.5),
    MetricsLine(
        step: 2, loss: 2.25, gradNorm: 0.75, learningRate: 5e-4, tokens: 110, seconds: 1.75,
        supervisedTokens: 60),
    MetricsLine(
        step: 3, loss: 2, gradNorm: 300.125, learningRate: 1e-3, tokens: 100, seconds: 1.75,
        supervisedTokens: 50,
        evaluation: ["loss": 2.125, "accuracy": 0.5]),
]
