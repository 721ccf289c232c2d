import CCurl
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Makes a request with libcurl, and waits for its end.
///
/// - Returns: How it ended, unless it leads to another place.
func transfer<Failure>(
    _ answer: Answer<Failure>, until deadline: Date?
) -> ExchangeOutcome<Failure> {
    guard let url = answer.request.url?.absoluteString else { return .broken(reason: "there is no address") }
    let seconds = deadline.map { max(0.001, $0.timeIntervalSinceNow) }
    let port = AnswerPort(
        line: { answer.see(line: $0) }, piece: { answer.take($0) }, goesOn: { answer.goesOn() })
    var reason = [CChar](repeating: 0, count: 256)
    let headers =
        (answer.request.allHTTPHeaderFields ?? [:]).map { "\($0): \($1)" } + ["User-Agent: sft-probe"]
    let body = answer.request.httpBody.map { [UInt8]($0) } ?? []
    let outcome = unsafe withCStrings([url, answer.request.httpMethod ?? "GET"] + headers) { texts in
        unsafe body.withUnsafeBytes { bytes in
            var request = unsafe libcurl_request()
            unsafe (request.url, request.method) = unsafe (texts[0], texts[1])
            unsafe request.headers = unsafe texts.baseAddress.map { unsafe UnsafePointer($0 + 2) }
            unsafe request.header_count = headers.count
            unsafe request.body = answer.request.httpBody == nil ? nil : bytes.baseAddress
            unsafe request.body_bytes = bytes.count
            unsafe request.milliseconds = seconds.map { Int(clamping: Int64(min($0, 1e9) * 1000)) } ?? 0
            unsafe request.silent_seconds = Int(min(1e9, max(60, 2 * (answer.bounds.seconds ?? 0))))
            unsafe request.context = Unmanaged.passUnretained(port).toOpaque()
            unsafe request.line = { unsafe AnswerPort.of($0).line(data($1, $2)) ? 1 : 0 }
            unsafe request.piece = { unsafe AnswerPort.of($0).piece(data($1, $2)) ? 1 : 0 }
            unsafe request.goes_on = { unsafe AnswerPort.of($0).goesOn() ? 1 : 0 }
            return withExtendedLifetime(port) { unsafe libcurl_exchange(&request, &reason) }
        }
    }
    if let end = answer.end { return end }
    // libcurl repeats the address of a proxy that it does not understand.
    let words = hidingLogins(
        in: String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    return switch outcome {
    case LIBCURL_COMPLETE:
        answer.isOpen ? .complete : .broken(reason: "it answered nothing that is HTTP")
    case LIBCURL_LATE where seconds != nil: .late
    case LIBCURL_IMPOSSIBLE: .impossible(reason: words)
    default: .broken(reason: words)
    }
}

/// What a C function can hold of an answer, whatever the errors of its receiver.
private final class AnswerPort {
    let line, piece: (Data) -> Bool
    let goesOn: () -> Bool

    init(line: @escaping (Data) -> Bool, piece: @escaping (Data) -> Bool, goesOn: @escaping () -> Bool) {
        (self.line, self.piece, self.goesOn) = (line, piece, goesOn)
    }

    static func of(_ context: UnsafeMutableRawPointer?) -> AnswerPort {
        guard let context = unsafe context else { preconditionFailure("an answer without its port") }
        return unsafe Unmanaged<AnswerPort>.fromOpaque(context).takeUnretainedValue()
    }
}

private func data(_ bytes: UnsafeRawPointer?, _ count: Int) -> Data {
    guard let bytes = unsafe bytes else { return Data() }
    return unsafe Data(bytes: bytes, count: count)
}

/// Texts as C has them, for as long as `body` runs.
private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafeMutableBufferPointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    let copies = unsafe texts.map { unsafe strdup($0) }
    defer { unsafe copies.forEach { unsafe free($0) } }
    var pointers = unsafe copies.map { unsafe UnsafePointer<CChar>($0) }
    return unsafe pointers.withUnsafeMutableBufferPointer { unsafe body($0) }
}
