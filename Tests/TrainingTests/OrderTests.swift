import Testing
import Training

@Suite struct OrderTests {
    @Test func givenIsTheFileEveryEpoch() {
        let order = ExampleOrder(count: 5, batchSize: 2, shuffledBy: nil)
        #expect(order.stepsPerEpoch == 3)
        #expect((1...6).map { order.examples(step: $0) } == [[0, 1], [2, 3], [4], [0, 1], [2, 3], [4]])
    }

    /// Each epoch takes each example once, in an order of its own that the seed repeats.
    @Test func shuffledIsAPermutationOfEachEpoch() {
        let order = ExampleOrder(count: 20, batchSize: 6, shuffledBy: 7)
        let epochs = (0..<3).map { epoch in (1...4).flatMap { order.examples(step: 4 * epoch + $0) } }
        for epoch in epochs { #expect(epoch.sorted() == Array(0..<20)) }
        #expect(Set(epochs).count == 3)
        let again = ExampleOrder(count: 20, batchSize: 6, shuffledBy: 7)
        #expect(again.examples(step: 10) == order.examples(step: 10))
        #expect(
            ExampleOrder(count: 20, batchSize: 6, shuffledBy: 8).examples(step: 1) != order.examples(step: 1))
    }

    /// The rates of every run of the reference, step for step.
    @Test(arguments: Trajectories.names) func ratesAreTransformers(_ name: String) throws {
        let reference = try Trajectories()
        let run = try reference.run(name)
        let schedule = Schedule(run.schedule, warmupSteps: run.warmup_steps, steps: reference.steps)
        for (step, rate) in run.learning_rates.enumerated() {
            #expect(abs(run.learning_rate * schedule.factor(step: step + 1) - rate) <= 1e-12)
        }
    }

    @Test func aConstantRateStaysAfterItsWarmUp() {
        let schedule = Schedule(.constant, warmupSteps: 2, steps: 9)
        #expect((1...5).map { schedule.factor(step: $0) } == [0, 0.5, 1, 1, 1])
    }
}
