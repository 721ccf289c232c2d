import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct HDF5FileTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    @Test func returnsNumbersAsTheyWere() throws {
        let path = folder.file("numbers.h5")
        let file = try HDF5File(creating: path)
        let floats: [Float] = [0, -0.0, 1.5, .nan, .infinity, .leastNonzeroMagnitude]
        try file.write(floats, to: "/a/b/float", shape: [1, 2, 3], chunk: [1, 1, 3])
        try file.write([Double.pi], to: "double", shape: [])
        try file.write([Int32.min, .max], to: "int", shape: [2])
        try file.write([Int64.min, .max], to: "long", shape: [2, 1])
        try file.write([Float](), to: "none", shape: [0, 4], chunk: [1, 4])
        try file.close()

        let back = try HDF5File(reading: path)
        let (values, shape) = try back.read("/a/b/float", as: Float.self)
        #expect(values.map(\.bitPattern) == floats.map(\.bitPattern) && shape == [1, 2, 3])
        #expect(try back.read("/double", as: Double.self) == ([Double.pi], []))
        #expect(try back.read("int", as: Int32.self) == ([.min, .max], [2]))
        #expect(try back.read("int", as: Int64.self).values == [Int64(Int32.min), Int64(Int32.max)])
        #expect(try back.read("long", as: Int64.self) == ([.min, .max], [2, 1]))
        #expect(try back.read("none", as: Float.self) == ([], [0, 4]))
        #expect(try back.children() == ["a", "double", "int", "long", "none"])
        #expect(try back.children(of: "/a") == ["b"])
    }

    @Test func returnsTextsAsTheyWere() throws {
        let texts = ["", "a", "日本語 ∂", String(repeating: "ä", count: 5000), "line\nbreak"]
        let file = try HDF5File(creating: folder.file("texts.h5"))
        try file.write(texts, to: "名前/texts", shape: [5])
        #expect(try file.readStrings("名前/texts") == (texts, [5]))
        #expect(throws: HDF5Error.self) { try file.write(["a\0b"], to: "cut", shape: [1]) }
        #expect(try !file.exists("cut"))
    }

    @Test(arguments: [
        HDF5Attribute.string("ä ∂"), .string(""), .int(.min), .int(7), .double(-0.1), .bool(true),
        .bool(false),
    ])
    func returnsAttributesAsTheyWere(_ value: HDF5Attribute) throws {
        let file = try HDF5File(creating: folder.file("attributes.h5"))
        try file.createGroup("/a/b")
        try file.setAttribute("name", of: "/a/b", to: .string("before"))
        try file.setAttribute("name", of: "/a/b", to: value)
        try file.setAttribute("name", to: value)
        #expect(try file.attribute("name", of: "/a/b") == value)
        #expect(try file.attribute("name") == value)
        #expect(try file.attribute("other") == nil)
    }

    @Test func refusesNumbersThatWouldNotFit() throws {
        let path = folder.file("types.h5")
        let file = try HDF5File(creating: path)
        try file.write([Int64(1) << 40], to: "long", shape: [1])
        try file.write([0.1], to: "double", shape: [1])
        try file.write(["a"], to: "text", shape: [1])
        #expect(throws: unexpected("long", "numbers that fit int32", "integers of 8 bytes")) {
            try file.read("long", as: Int32.self)
        }
        #expect(throws: unexpected("double", "numbers that fit float32", "floating-point numbers of 8 bytes"))
        {
            try file.read("double", as: Float.self)
        }
        #expect(throws: unexpected("text", "numbers that fit float32", "text of 8 bytes")) {
            try file.read("text", as: Float.self)
        }
        #expect(throws: unexpected("double", "text", "floating-point numbers of 8 bytes")) {
            try file.readStrings("double")
        }
        #expect(throws: HDF5Error.absent(path: path, object: "/no/where")) {
            try file.read("/no/where", as: Float.self)
        }
        func unexpected(_ object: String, _ expected: String, _ found: String) -> HDF5Error {
            .unexpected(path: path, object: object, expected: expected, found: found)
        }
    }

    @Test func removesAndRefusesToOverwrite() throws {
        let file = try HDF5File(creating: folder.file("remove.h5"))
        try file.write([Float(1)], to: "/a/x", shape: [1])
        #expect(throws: HDF5Error.self) { try file.write([Float(2)], to: "/a/x", shape: [1]) }
        #expect(try file.read("/a/x", as: Float.self).values == [1])
        try file.remove("/a")
        #expect(try !file.exists("/a/x") && !file.exists("/a"))
        #expect(throws: HDF5Error.self) { try file.remove("/a") }
    }

    @Test func keepsScalesAttachedThroughACopy() throws {
        let (first, second) = (folder.file("first.h5"), folder.file("second.h5"))
        let file = try HDF5File(creating: first)
        try file.write([Float](repeating: 1, count: 6), to: "/t/c/signed", shape: [2, 3])
        try file.write([Int32(0), 1], to: "/t/c/layer", shape: [2])
        try file.write([Int32(0), 1, 2], to: "/t/c/head", shape: [3])
        for name in ["layer", "head"] { try file.makeScale("/t/c/\(name)", dimension: name) }
        try file.labelDimensions(of: "/t/c/signed", [("layer", "/t/c/layer"), ("head", "/t/c/head")])
        let other = try HDF5File(creating: second)
        try file.copy("/t/c", to: other, as: "/u/d")
        try file.close()
        let dimensions = try other.dimensions(of: "/u/d/signed")
        #expect(dimensions.map(\.label) == ["layer", "head"])
        #expect(dimensions.map(\.scale) == ["/u/d/layer", "/u/d/head"])
        #expect(try other.read("/u/d/signed", as: Float.self).shape == [2, 3])
    }

    @Test func worksOnManyThreadsAtOnce() async throws {
        let folder = folder
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<32 {
                group.addTask {
                    let path = folder.file("thread-\(task).h5")
                    let file = try HDF5File(creating: path)
                    try file.write(
                        (0..<1000).map { Float($0 * task) }, to: "/a/x", shape: [1000], chunk: [100])
                    #expect(throws: HDF5Error.self) { try file.read("/a/y", as: Float.self) }
                    #expect(throws: HDF5Error.self) { try file.write([Float(0)], to: "/a/x", shape: [1]) }
                    try file.close()
                    let back = try HDF5File(reading: path).read("/a/x", as: Float.self).values
                    #expect(back == (0..<1000).map { Float($0 * task) })
                }
            }
            try await group.waitForAll()
        }
    }
}
