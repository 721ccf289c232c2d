/// A picture of a step for TensorBoard.
public struct EventImage: Sendable, Equatable {
    /// Its name there, with slashes between groups.
    public let tag: String
    /// The picture as a PNG file.
    public let png: [UInt8]
    /// Its size in pixels.
    public let width, height: Int

    /// A picture under a name.
    public init(tag: String, png: [UInt8], width: Int, height: Int) {
        (self.tag, self.png, self.width, self.height) = (tag, png, width, height)
    }

    /// TensorFlow's `Summary.Image`; its colours are red, green and blue.
    var message: Message {
        var message = Message()
        message.append(1, height)
        message.append(2, width)
        message.append(3, 3)
        message.append(4, content: png)
        return message
    }
}
