import Foundation

/// The target that this process fuzzes, by the name in `FUZZ_TARGET`.
nonisolated(unsafe) private let target: Target = {
    let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
    guard let make = targets[name] else {
        fatalError(
            "FUZZ_TARGET is \(name), but must be one of \(targets.keys.sorted().joined(separator: ", "))")
    }
    return make(Scratch())
}()

/// What libFuzzer calls with each input. An error is the right answer to a broken file; a signal, a hang or gigabytes
/// of memory are not, and libFuzzer reports those.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = start.map { Data(bytes: $0, count: count) } ?? Data()
    try? target.read(bytes)
    return 0
}

@_silgen_name("LLVMFuzzerMutate")
private func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int) -> Int

/// Half of the time libFuzzer's own changes of bytes; else, for text in JSON or like it, one value put in place of
/// another, so that the text stays readable and what reads the values is reached.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutateInput(
    _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32
) -> Int {
    var random = SplitMix(state: UInt64(seed))
    guard target.isText, random.next() % 2 == 0, size > 0 else { return mutate(data, size, maximum) }
    let text = [UInt8](UnsafeBufferPointer(start: data, count: size))
    guard let changed = withOtherValue(text, &random), changed.count <= maximum else {
        return mutate(data, size, maximum)
    }
    for (i, byte) in changed.enumerated() { data[i] = byte }
    return changed.count
}
