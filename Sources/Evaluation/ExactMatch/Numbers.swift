/// The numbers of a text, as it writes them: `-$1,234.50` is one, and `5%`, `.5`, `−2`.
///
/// A sign belongs to a number unless a letter, a digit or a closing bracket stands right before it. A comma belongs to
/// one where three digits follow it, a point where a digit does.
func numbers(in text: Substring) -> [Substring] {
    text.matches(
        of: #/(?:[-−+]?\$?|\$[-−])(?:(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)%?/#
    ).map {
        let range = $0.range
        guard range.lowerBound > text.startIndex, "-−+.".contains(text[range.lowerBound]) else {
            return text[range]
        }
        let before = text[text.index(before: range.lowerBound)]
        let belongs = !(before.isLetter || before.isNumber || ")]}%".contains(before))
        return belongs ? text[range] : text[range].dropFirst()
    }
}

/// A number as digits alone, so that two ways to write it are the same text; nil where the text is no number.
///
/// `$1,234.50`, `1234.5` and `1,234.5%.` are all `1234.5`: signs of money and percent, commas between thousands, a
/// point at the end, a plus, zeros before and behind are left out.
public func plainNumber(_ text: some StringProtocol) -> String? {
    let form =
        #/([-−+]?)\ ?\$?\ ?([-−]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:\.([0-9]*))?\ ?%?\.?/#
    guard let match = String(text).wholeMatch(of: form) else { return nil }
    let (_, outer, inner, integer, decimals) = match.output
    guard !integer.isEmpty || !(decimals ?? "").isEmpty, outer.isEmpty || inner.isEmpty else { return nil }
    let whole = integer.filter { $0 != "," }.drop { $0 == "0" }
    var fraction = decimals ?? ""
    while fraction.last == "0" { fraction.removeLast() }
    let magnitude = (whole.isEmpty ? "0" : whole) + (fraction.isEmpty ? "" : "." + fraction)
    let isNegative = !(outer + inner).isEmpty && outer != "+"
    return isNegative && magnitude != "0" ? "-" + magnitude : String(magnitude)
}
