import PostgreSQL
import Testing

@Suite struct ServerAddressTests {
    @Test(arguments: [
        ("postgresql://me@host:5433/facts", "postgresql://me@host:5433/facts", nil),
        ("POSTGRES://host", "postgres://host", nil),
        ("postgresql:///db?host=/run/x&schema=a_1", "postgresql:///db?host=/run/x&schema=a_1", "a_1"),
        ("postgresql://me:s%40cret@h/d?schema=b", "postgresql://me:***@h/d?schema=b", "b"),
        ("postgresql://me:@h/d", "postgresql://me:***@h/d", nil),
        ("postgresql://me:s:cret@h/d", "postgresql://me:***@h/d", nil),
        (
            "postgresql://me@h/d?password=secret&connect_timeout=3",
            "postgresql://me@h/d?password=***&connect_timeout=3", nil
        ),
        ("postgresql://h/d?pass%77ord=secret", "postgresql://h/d?password=***", nil),
        ("postgresql://[::1]:5432,other/d", "postgresql://[::1]:5432,other/d", nil),
    ])
    func hidesThePassword(_ text: String, _ masked: String, _ schema: String?) throws {
        #expect(ServerAddress.isAddress(text))
        let address = try ServerAddress(text)
        #expect(address.masked == masked && address.schema == schema)
    }

    /// Where libpq would take a part of the password for something else, nothing of it is repeated.
    @Test(arguments: [
        ("postgresql://me:secret@word@host/d", "%40"), ("postgresql://me:secret/word@host/d", "%2F"),
        ("postgresql://me:secret?word=x@host/d", "%3F"), ("postgresql://me:secret?word@host/d", "%3F"),
        ("postgresql://me:secret%zz@host/d", "%25"), ("postgresql://me:secret%0@host", "%25"),
        ("postgresql://me:secret%00@host", "%25"), ("postgresql://me:secret word@host", "space"),
        ("postgresql://me:secret\n@host", "control"), ("postgresql://me@host/d?secret", "name=value"),
        ("postgresql://me@host/d?password=secret=x", "name=value"),
        ("postgresql://me@host/d?schema=Secret", "small letters"),
        ("postgresql://h/d?schema=", "small letters"),
        ("postgresql://h/d?schema=secret\"", "small letters"),
        ("postgresql://h/d?schema=1secret", "small letters"),
        ("postgresql://h/d?schema=pg_secret", "small letters"), ("facts.db", "postgresql://"),
    ])
    func refusesWithoutRepeating(_ text: String, _ advice: String) {
        let error = #expect(throws: ServerError.self) { try ServerAddress(text) }
        let told = error?.description ?? ""
        #expect(told.contains(advice) && !told.lowercased().contains("secret"), "\(told)")
    }

    @Test func filesAreNoAddresses() {
        #expect(ServerAddress.isAddress("host=127.0.0.1 Password=secret"))
        #expect(!ServerAddress.isAddress("facts.db") && !ServerAddress.isAddress("postgresql.db"))
    }
}
