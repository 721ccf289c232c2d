import Foundation
import Kernels
import ModelFiles
import TestSupport
import Testing

/// A model in three files that the `gguf` package wrote.
@Suite struct SplitGGUFTests {
    private let parts = (1...3).map { fixture("split/tiny-0000\($0)-of-00003.gguf", of: "ModelFilesTests") }

    /// Whichever part is named, and the folder: the tensors are those of the model in one file.
    @Test func partsAreOneModel() throws {
        let whole = try ModelSource(path: fixture("tiny.gguf", of: "ModelFilesTests"))
        for path in parts + [fixture("split", of: "ModelFilesTests")] {
            let model = try ModelSource(path: path)
            #expect(model.files == parts)
            #expect(model.configuration == whole.configuration && model.formats == whole.formats)
            #expect(model.tensors.keys.sorted() == whole.tensors.keys.sorted())
            for (name, tensor) in whole.tensors {
                #expect(model.tensors[name]?.matrix.expanded() == tensor.matrix.expanded(), "\(name)")
            }
        }
    }

    /// Copies of the parts under other names, and a word of the sentence that refuses them.
    static let wrongs: [(fact: String, copies: [Int: String])] = [
        ("put all in one folder", [1: "a-00001-of-00003.gguf", 2: "a-00002-of-00003.gguf"]),
        (
            "expected part 1 of 3",
            [1: "a-00001-of-00003.gguf", 3: "a-00002-of-00003.gguf", 2: "a-00003-of-00003.gguf"]
        ),
        ("-00001-of-00003.gguf", [1: "a.gguf"]),
        ("-00001-of-00003.gguf", [1: "a-00001-of-00002.gguf", 2: "a-00002-of-00002.gguf"]),
    ]

    @Test(arguments: wrongs.indices)
    func wrongPartsAreRefused(index: Int) throws {
        let (fact, copies) = Self.wrongs[index]
        let folder = try TemporaryFolder()
        var first = ""
        for (number, name) in copies.sorted(by: { $0.key < $1.key }) {
            let path = try folder.write(Data(contentsOf: URL(filePath: parts[number - 1])), to: name)
            if number == 1 { first = path }
        }
        do throws(ModelFileError) {
            _ = try ModelSource(path: first)
            Issue.record("loaded, though \(fact)")
        } catch {
            #expect(error.description.contains(fact), "\(error)")
        }
    }

    /// The same tensor in two parts, and fewer tensors than the first part promises.
    @Test(arguments: [("it in one part", true), ("2 tensors in all parts", false)])
    func partsThatDisagreeAreRefused(fact: String, secondRepeats: Bool) throws {
        let folder = try TemporaryFolder()
        var gguf = GGUFBytes()
        gguf.addLlama(heads: 1, width: 4)
        gguf.data = [UInt8](repeating: 0, count: 32)
        gguf.add("split.no", UInt32(0))
        gguf.add("split.count", UInt32(2))
        gguf.add("split.tensors.count", UInt32(2))
        let path = try folder.write(gguf.bytes, to: "a-00001-of-00002.gguf")
        var second = GGUFBytes()
        second.add("split.no", UInt32(1))
        second.add("split.count", UInt32(2))
        if secondRepeats { second.addTensor("token_embd.weight", dims: [4]) }
        second.data = [UInt8](repeating: 0, count: 32)
        _ = try folder.write(second.bytes, to: "a-00002-of-00002.gguf")
        do throws(ModelFileError) {
            _ = try ModelSource(path: path)
            Issue.record("loaded, though \(fact)")
        } catch {
            #expect(error.description.contains(fact), "\(error)")
        }
    }
}
