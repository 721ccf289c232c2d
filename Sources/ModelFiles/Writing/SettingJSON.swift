import JSON

/// A JSON object with one of its values changed and every other letter as it was; a key that is missing comes first.
///
/// For keys whose values are texts, numbers, flags or null; one of the same name further inside is changed as well. What is
/// no JSON stays as it is.
public func settingJSON(_ key: String, to value: String, in json: [UInt8]) -> [UInt8] {
    var reader = JSONReader(json, .python)
    var places: [Range<Int>] = []
    guard (try? reader.addScalars(of: key, to: &places)) != nil else { return json }
    var changed = json
    for place in places.reversed() { changed.replaceSubrange(place, with: value.utf8) }
    if places.isEmpty, let brace = json.firstIndex(of: UInt8(ascii: "{")) {
        let isEmpty = (try? JSONValue(parsing: json[...], .python))?.members?.isEmpty ?? true
        let member = "\n  \"\(key)\": \(value)\(isEmpty ? "" : ",")"
        changed.insert(contentsOf: member.utf8, at: brace + 1)
    }
    return changed
}

extension JSONReader {
    /// Adds where the scalar values of a key stand, in the value that is next: ranges of bytes, front to back.
    fileprivate mutating func addScalars(of key: String, to places: inout [Range<Int>]) throws(JSONError) {
        switch try peek() {
        case UInt8(ascii: "{"):
            var keys = places
            try members { (reader) throws(JSONError) in
                let isWanted = try reader.string() == key
                try reader.expect(UInt8(ascii: ":"))
                let next = try reader.peek()
                let start = reader.position
                try reader.addScalars(of: key, to: &keys)
                if isWanted, next != UInt8(ascii: "{"), next != UInt8(ascii: "[") {
                    keys.append(start..<reader.position)
                }
            }
            places = keys
        case UInt8(ascii: "["):
            var elements = places
            try array { (reader) throws(JSONError) in try reader.addScalars(of: key, to: &elements) }
            places = elements
        default: try skipValue()
        }
    }
}
