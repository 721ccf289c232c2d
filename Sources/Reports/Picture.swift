extension ColorScale {
    /// A map of heads as a PNG file, without axes: a square for each head, the first layer above.
    ///
    /// - Parameter values: [layer, head].
    /// - Returns: the file, and the size of the picture, whose longer side has about 128 pixels.
    package func image(_ values: [Double], layers: Int, heads: Int) -> (png: [UInt8], width: Int, height: Int)
    {
        let picture = picture(values, width: heads).enlarged(max(1, 128 / max(layers, heads)))
        return (picture.png, picture.width, picture.height)
    }
}

/// A small picture of at most 256 colours: a pixel for each head of a map.
struct Picture {
    let width: Int
    let height: Int
    /// The colour of each pixel, from the top left; 0 is see-through: [height, width].
    let pixels: [UInt8]
    /// The colours from 1, as 0xrrggbb.
    let palette: [UInt32]

    /// The same with `times` × `times` pixels for each.
    func enlarged(_ times: Int) -> Picture {
        let (wide, high) = (width * times, height * times)
        return Picture(
            width: wide, height: high,
            pixels: (0..<wide * high).map { pixels[$0 / wide / times * width + $0 % wide / times] },
            palette: palette)
    }

    /// The picture in the file format PNG, not compressed.
    ///
    /// - Source: PNG specification, third edition (W3C 2025); RFC 1950 and 1951 for the blocks.
    var png: [UInt8] {
        let size = bytes(UInt32(width)) + bytes(UInt32(height)) + [8, 3, 0, 0, 0]  // 8 bits, indexed
        let colors: [UInt8] = [0, 0, 0] + palette.flatMap { Array(bytes($0).dropFirst()) }
        var rows: [UInt8] = []
        for row in 0..<height { rows += [0] + pixels[row * width..<(row + 1) * width] }
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + chunk("IHDR", size) + chunk("PLTE", colors)
            + chunk("tRNS", [0]) + chunk("IDAT", stored(rows)) + chunk("IEND", [])
    }

    private func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
        let named = Array(name.utf8) + data
        return bytes(UInt32(data.count)) + named + bytes(crc32(named))
    }

    /// A zlib stream of blocks that are stored as they are.
    private func stored(_ data: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: data.count, by: 65_535) {
            let part = data[start..<min(start + 65_535, data.count)]
            let (low, high) = (UInt8(part.count & 255), UInt8(part.count >> 8))
            stream += [start + part.count == data.count ? 1 : 0, low, high, ~low, ~high]
            stream += part
        }
        return stream + bytes(adler32(data))
    }

    private func bytes(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private func crc32(_ data: [UInt8]) -> UInt32 {
        ~data.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
        }
    }

    private func adler32(_ data: [UInt8]) -> UInt32 {
        var (low, high) = (UInt32(1), UInt32(0))
        for byte in data {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }
}
