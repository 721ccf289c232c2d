/// A record of a TensorBoard events file: length, its CRC, an `Event` message, its CRC.
enum Event {
    /// A whole file: the steps end one after the other as their seconds say, the last at `end` (seconds since 1970).
    static func file(
        of lines: [MetricsLine], endingAt end: Double, images: (_ step: Int) -> [EventImage] = { _ in [] }
    ) -> [UInt8] {
        var time = end - lines.reduce(0) { $0 + $1.seconds }
        var bytes = version(at: time)
        for line in lines {
            time += line.seconds
            bytes += step(line, images(line.step), at: time)
        }
        return bytes
    }

    /// The scalars and pictures of a step that ended at `time`.
    static func step(_ line: MetricsLine, _ images: [EventImage] = [], at time: Double) -> [UInt8] {
        let training =
            [
                ("train/loss", line.loss), ("train/grad_norm", line.gradNorm),
                ("train/learning_rate", Float(line.learningRate)),
            ] + line.figures.sorted { $0.key < $1.key }.map { ("train/" + $0.key, Float($0.value)) }
        let evaluation = line.evaluation.sorted { $0.key < $1.key }.map {
            ("eval/" + $0.key, Float($0.value))
        }
        var summary = Message()
        for (tag, number) in training + evaluation {
            var value = Message()
            value.append(1, tag)
            value.append(2, number)
            summary.append(1, value)
        }
        for image in images {
            var value = Message()
            value.append(1, image.tag)
            value.append(4, image.message)
            summary.append(1, value)
        }
        var event = Message()
        event.append(1, time)
        event.append(2, line.step)
        event.append(5, summary)
        return record(event)
    }

    /// The first record of a file.
    private static func version(at time: Double) -> [UInt8] {
        var event = Message()
        event.append(1, time)
        event.append(3, "brain.Event:2")
        return record(event)
    }

    private static func record(_ event: Message) -> [UInt8] {
        let length = littleEndian(UInt64(event.bytes.count))
        return length + littleEndian(maskedCRC32C(length))
            + event.bytes + littleEndian(maskedCRC32C(event.bytes))
    }
}
