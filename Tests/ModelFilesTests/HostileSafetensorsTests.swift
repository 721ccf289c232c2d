import Foundation
import Kernels
import ModelFiles
import TestSupport
import Testing

/// Files that lie. Each must be refused by a sentence; a crash ends the test run.
@Suite struct HostileSafetensorsTests {
    private static func bytes(_ header: String, data: Int) -> [UInt8] {
        little(UInt64(header.utf8.count)) + Array(header.utf8) + [UInt8](repeating: 0, count: data)
    }

    private static func tensor(_ shape: String, _ span: String, dtype: String = "F32", name: String = "x")
        -> String
    {
        "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(span)}"
    }

    /// Header, bytes behind it, and what the message must say.
    static let lies: [(header: String, data: Int, fact: String)] = [
        ("", 0, "header length"),
        ("[]", 0, "{ first"),
        (" {}", 0, "{ first"),
        ("{}x", 0, "something follows"),
        ("{}", 4, "found 4"),
        ("{\(tensor("[1]", "[0,4]"))", 4, "ends too early"),
        ("{\(tensor("[1]", "[0,4]")),}", 4, "expected '\"'"),
        ("{\(tensor("[1]", "[0,4]")),\(tensor("[1]", "[4,8]"))}", 8, "\"x\" stands twice"),
        ("{\(tensor("[1]", "[0,4]")),\(tensor("[1]", "[0,4]", name: "y"))}", 4, "data_offsets from 4"),
        ("{\(tensor("[1]", "[4,8]"))}", 8, "data_offsets from 0"),
        ("{\(tensor("[1]", "[0,4]"))}", 3, "at most 3"),
        ("{\(tensor("[1]", "[0,4]"))}", 5, "found 5"),
        ("{\(tensor("[2]", "[0,4]"))}", 4, "shape [2]"),
        ("{\(tensor("[9223372036854775807,9223372036854775807]", "[0,4]"))}", 4, "expected 4 bytes of F32"),
        ("{\(tensor("[9223372036854775808]", "[0,4]"))}", 4, "too large"),
        ("{\(tensor("[1]", "[4,0]"))}", 4, "in order"),
        ("{\(tensor("[1]", "[0]"))}", 4, "two data_offsets"),
        ("{\(tensor("[-1]", "[0,4]"))}", 4, "a whole number"),
        ("{\(tensor("[01]", "[0,4]"))}", 4, "a whole number"),
        ("{\(tensor("[1.0]", "[0,4]"))}", 4, "expected ',' or ']'"),
        ("{\(tensor("[1]", "[0,8]", dtype: "I64"))}", 8, "type I64 is not supported"),
        ("{\(tensor("[4]", "[0,4]", dtype: "F8_E4M3"))}", 4, "type F8_E4M3 is not supported"),
        ("{\"x\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "two data_offsets"),
        (
            "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"more\":1}}", 4,
            "data_offsets of x"
        ),
        ("{\"__metadata__\":{\"a\":1}}", 0, "expected '\"'"),
        ("{\"\\ud800\":{}}", 0, "surrogate"),
        ("{\"\\ud800\\u0041\":{}}", 0, "surrogate"),
        ("{\"\\udc00\":{}}", 0, "surrogate"),
        ("{\"\\u12", 0, "ends inside a string"),
        ("{\"\\u+123\":{}}", 0, "hexadecimal"),
        ("{\"\\x\":{}}", 0, "unknown escape"),
        ("{\"a\nb\":{}}", 0, "control character"),
        ("{\"abc", 0, "ends inside a string"),
    ]

    @Test(arguments: lies.indices)
    func liesAreRefused(index: Int) throws {
        let (header, data, fact) = Self.lies[index]
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.bytes(header, data: data), to: "lie.safetensors")
        do throws(ModelFileError) {
            _ = try Safetensors(path: path)
            Issue.record("loaded \(header)")
        } catch {
            #expect(error.description.contains(fact) && error.description.contains(path), "\(error)")
        }
    }

    @Test(arguments: [UInt64.max, 1 << 63, 100_000_001, 1000])
    func aHeaderLongerThanTheFileIsRefused(length: UInt64) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(little(length) + Array("{}".utf8), to: "long.safetensors")
        #expect(throws: ModelFileError.self) { try Safetensors(path: path) }
    }

    @Test func everyTruncationIsRefused() throws {
        let source = URL(filePath: fixture("single/model.safetensors", of: "ModelFilesTests"))
        let bytes = [UInt8](try Data(contentsOf: source))
        let folder = try TemporaryFolder()
        for count in bytes.indices {
            let path = try folder.write(bytes.prefix(count), to: "cut.safetensors")
            #expect(throws: ModelFileError.self, "\(count) bytes") { try Safetensors(path: path) }
        }
    }

    @Test func noMutationCrashes() throws {
        let source = URL(filePath: fixture("sharded/model-00001-of-00002.safetensors", of: "ModelFilesTests"))
        let bytes = [UInt8](try Data(contentsOf: source))
        let folder = try TemporaryFolder()
        var random = SplitMix(state: 0x5eed)
        var (loaded, refused) = (0, 0)
        for _ in 0..<4000 {
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let next = UInt8.random(in: 0...255, using: &random)
                let telling = Array("{}[]\",:\\0129".utf8) + [0, 0xff, next]
                mutated[Int.random(in: 0..<300, using: &random)] = telling.randomElement(using: &random) ?? 0
            }
            let path = try folder.write(mutated, to: "mutated.safetensors")
            do throws(ModelFileError) {
                for tensor in try Safetensors(path: path).tensors.values { _ = tensor.matrix.expanded() }
                loaded += 1
            } catch {
                refused += 1
            }
        }
        #expect(loaded > 10 && refused > 1000)
    }

    @Test(arguments: ["../secret.safetensors", "/etc/passwd", "", ".hidden", "a\\u0000b"])
    func anIndexCannotLeaveItsFolder(name: String) throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("{}".utf8, to: "config.json")
        let index = "{\"weight_map\":{\"x\":\"\(name)\"}}"
        let path = try folder.write(index.utf8, to: "model.safetensors.index.json")
        do throws(ModelFileError) {
            _ = try ModelSource(path: folder.path)
            Issue.record("loaded \(name)")
        } catch {
            #expect(
                error.description.hasPrefix("\(path), tensor x: expected a file in the same folder"),
                "\(error)")
        }
    }

    @Test func anIndexThatNamesTheWrongFileIsRefused() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("{}".utf8, to: "config.json")
        for name in ["a", "b"] {
            try writeSafetensors(
                [(name: name, shape: [1], values: [1])], to: "\(folder.path)/\(name).safetensors")
        }
        let index = "{\"weight_map\":{\"a\":\"b.safetensors\",\"b\":\"a.safetensors\"}}"
        _ = try folder.write(index.utf8, to: "model.safetensors.index.json")
        #expect(throws: ModelFileError.self) { try ModelSource(path: folder.path) }
    }

    @Test func whatAFolderLacksIsNamed() throws {
        let folder = try TemporaryFolder()
        #expect(throws: ModelFileError.self) { try ModelSource(path: folder.path) }
        _ = try folder.write("{}".utf8, to: "config.json")
        do throws(ModelFileError) {
            _ = try ModelSource(path: folder.path)
            Issue.record("loaded nothing")
        } catch {
            #expect(error.description.hasPrefix("\(folder.path)/model.safetensors does not exist"))
        }
    }
}
