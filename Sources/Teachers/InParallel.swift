/// Asks for many things, a few at a time: what `work` gives for each item, in their order.
///
/// The first failure ends it: what has begun is cancelled, and nothing else begins.
///
/// - Parameters:
///   - items: what to ask for.
///   - parallel: how many items are worked on at a time.
///   - progress: sees each finished item.
///   - work: gives what is asked for an item; called at most once for each.
nonisolated(nonsending) public func inParallel<Item: Sendable, Value: Sendable>(
    _ items: [Item], atMost parallel: Int, progress: (_ items: Int) -> Void = { _ in },
    _ work: @escaping @Sendable (Item) async throws(TeacherError) -> Value
) async throws(TeacherError) -> [Value] {
    var values = [Value?](repeating: nil, count: items.count)
    let failure = await withTaskGroup(
        of: (Int, Result<Value, TeacherError>).self, returning: TeacherError?.self
    ) { group in
        var next = items.indices.makeIterator()
        func start() {
            guard let place = next.next() else { return }
            let item = items[place]
            group.addTask(executorPreference: globalConcurrentExecutor) {
                do throws(TeacherError) {
                    return (place, .success(try await work(item)))
                } catch {
                    return (place, .failure(error))
                }
            }
        }
        for _ in 0..<max(1, parallel) { start() }
        for await (place, result) in group {
            switch result {
            case .success(let value): values[place] = value
            case .failure(let error):
                group.cancelAll()
                return error
            }
            progress(1)
            start()
        }
        return nil
    }
    if let failure { throw failure }
    return values.compactMap(\.self)
}
