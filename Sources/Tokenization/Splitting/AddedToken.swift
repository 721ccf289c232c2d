/// A token that is found in the text itself, before anything is split or merged.
struct AddedToken: Sendable {
    let id: Int32
    let content: String

    /// A marker that `skipSpecialTokens` leaves out.
    let special: Bool

    /// Whether white space to the left, to the right, belongs to the token.
    let leftSpace: Bool
    let rightSpace: Bool

    /// Whether it is left alone inside a longer word.
    let singleWord: Bool

    /// Whether it is looked for in normalized text.
    let normalized: Bool

    /// The token under another id.
    func withID(_ id: Int32) -> AddedToken {
        AddedToken(
            id: id, content: content, special: special, leftSpace: leftSpace, rightSpace: rightSpace,
            singleWord: singleWord, normalized: normalized)
    }
}
