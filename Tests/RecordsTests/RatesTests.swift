import Records
import Testing

@Suite struct RatesTests {
    private func rates(_ body: String) throws -> Rates {
        let folder = try TemporaryFolder()
        return try Rates(path: folder.file(body, name: "rates.json"))
    }

    static let header = #""format": "sft-probe/rates", "version": 1"#

    @Test func oneSetOfFactors() throws {
        let found = try rates("{\(Self.header), \"default\": 0.5,\n \"modules\": {\"b\": 0, \"a*\": 1e-2}}")
        #expect(
            found.phases == [
                .init(
                    rules: [.init(pattern: "b", factor: 0), .init(pattern: "a*", factor: 0.01)], usual: 0.5)
            ])
    }

    @Test func phases() throws {
        let found = try rates(
            "{\(Self.header), \"phases\": [{\"steps\": 40, \"default\": 0, \"modules\": {\"a\": 1}}, {\"steps\": 0.5}, {}]}"
        )
        #expect(found.phases.map(\.length) == [.steps(40), .share(0.5), nil])
        #expect(found.phases.map(\.usual) == [0, 1, 1])
    }

    @Test(arguments: [
        ("{}", "expected \"format\": \"sft-probe/rates\" and \"version\": 1, found nothing and nothing"),
        (
            "{\(header), \"module\": {}}",
            "the key \"module\" is not known; expected default, format, modules, version"
        ),
        ("{\(header), \"phases\": [], \"default\": 1}", "the key \"default\" is not known"),
        ("{\(header), \"phases\": []}", "\"phases\" is empty"),
        ("{\(header), \"phases\": [{}, {}]}", "\"phases[0]\" has no \"steps\""),
        ("{\(header), \"phases\": [{\"steps\": 0}]}", "\"steps\" is 0, but must be a number of steps"),
        ("{\(header), \"phases\": [{\"steps\": 1.5}]}", "\"steps\" is 1.5, but must be"),
        ("{\(header), \"default\": -1}", "the factor of \"default\" is -1, but must be a number, 0 or more"),
        ("{\(header), \"modules\": {\"a\": \"0\"}}", "the factor of \"a\" is \"0\", but must be"),
        ("{\(header), \"modules\": {\"a\": NaN}}", "the factor of \"a\" is nan, but must be"),
        ("{\(header), \"modules\": {\"a\": 0, \"a\": 1}}", "\"a\" stands twice in an object"),
        ("{\(header), \"modules\": [1]}", "\"modules\" is not an object of patterns and factors"),
        ("[1]", "the record is not an object"), ("{", "it is not JSON"),
    ])
    func whatIsNotUnderstoodIsRefused(_ body: String, _ reason: String) throws {
        let error = #expect(throws: RecordError.self) { try rates(body) }
        #expect(
            "\(error.map { "\($0)" } ?? "")".contains("rates.json: \(reason)"),
            "\(error.map { "\($0)" } ?? "")")
    }
}
