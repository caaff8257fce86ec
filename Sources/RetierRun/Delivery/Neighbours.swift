extension Array {
    /// Neighbours that agree in a key, as slices in their order: what is known by the key is looked up once for each.
    func neighbours<Key: Equatable>(by key: (Element) -> Key) -> [(key: Key, slice: ArraySlice<Element>)] {
        var groups: [(key: Key, slice: ArraySlice<Element>)] = []
        var rest = self[...]
        while let first = rest.first.map(key) {
            let group = rest.prefix { key($0) == first }
            groups.append((first, group))
            rest = rest.dropFirst(group.count)
        }
        return groups
    }
}
