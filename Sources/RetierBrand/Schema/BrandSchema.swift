import RetierCore

/// JSON Schemas (draft-07) for editors, made from the tables that the loader checks with.
///
/// A schema knows the structure only; `retier check` knows in addition what names refer to and what can be meant.
package enum BrandSchema {
    /// For `retier.yaml`.
    package static var programme: String {
        schema(ProgrammeShape.keys, id: "programme", title: "retier.yaml: a brand's configuration / 品牌配置")
    }

    /// For the files under `playbooks/`.
    package static var playbook: String {
        schema(PlaybookShape.keys, id: "playbook", title: "retier playbook / 剧本")
    }

    private static func schema(_ keys: [Key], id: String, title: String) -> String {
        var members: [(key: String, value: JSON)] = [
            ("$schema", .string("http://json-schema.org/draft-07/schema#")),
            ("$id", .string("urn:retier:schema:\(id)")),
            ("title", .string(title)),
        ]
        members += object(keys)
        members.append(("definitions", .object([("condition", condition)])))
        return JSON.object(members).text
    }

    private static func object(_ keys: [Key], only extra: [(key: String, value: JSON)] = []) -> [(
        key: String, value: JSON
    )] {
        let required = keys.filter(\.isRequired).map { JSON.string($0.name) }
        var members: [(key: String, value: JSON)] = [
            ("type", .string("object")), ("properties", .object(keys.map { ($0.name, described($0)) })),
            ("additionalProperties", .flag(false)),
        ]
        if !required.isEmpty { members.append(("required", .list(required))) }
        return members + extra
    }

    private static func described(_ key: Key) -> JSON {
        var text = key.description.english + "\n" + key.description.chinese
        if !key.fallback.isEmpty { text += "\n(\(key.fallback))" }
        return .object([("description", .string(text))] + members(of: key.shape))
    }

    private static func members(of shape: Shape) -> [(key: String, value: JSON)] {
        switch shape {
        case .text(let format):
            let types: [JSON] = format.allowsNumbers ? [.string("string"), .string("number")] : [.string("string")]
            var found: [(key: String, value: JSON)] = [
                ("type", types.count == 1 ? types[0] : .list(types)), ("pattern", .string(format.pattern)),
            ]
            if format.allowsNumbers { found.append(("minimum", .integer(0))) }
            return found
        case .integer(let range):
            return [
                ("type", .string("integer")), ("minimum", .integer(range.lowerBound)),
                ("maximum", .integer(range.upperBound)),
            ]
        case .flag: return [("type", .string("boolean"))]
        case .scalar:
            let plain = ["string", "number", "boolean", "null"]
            return [("type", .list(plain.map(JSON.string)))]
        case .choice(let words): return [("type", .string("string")), ("enum", .list(words.map(JSON.string)))]
        case .localized:
            let both = object(Shape.localizedKeys, only: [("minProperties", .integer(1))])
            return [("anyOf", .list([.object(members(of: .text(.line))), .object(both)]))]
        case .list(let item): return [("type", .string("array")), ("items", .object(members(of: item)))]
        case .keys(let keys): return object(keys)
        case .oneKey(let keys):
            return object(keys, only: [("minProperties", .integer(1)), ("maxProperties", .integer(1))])
        case .table(let format, let value):
            return [
                ("type", .string("object")), ("propertyNames", .object([("pattern", .string(format.pattern))])),
                ("additionalProperties", .object(members(of: value))),
            ]
        case .variants(let tag, let variants): return self.variants(tag, variants)
        case .either(let shapes): return [("anyOf", .list(shapes.map { .object(members(of: $0)) }))]
        case .condition: return [("$ref", .string("#/definitions/condition"))]
        case .secret: return members(of: .oneKey(Shape.secretKeys))
        case .parameters:
            let scalar: [JSON] = ["string", "number", "boolean"].map(JSON.string)
            return [
                ("type", .string("object")),
                ("propertyNames", .object([("pattern", .string(TextFormat.word.pattern))])),
                ("additionalProperties", .object([("type", .list(scalar))])),
            ]
        }
    }

    private static func variants(
        _ tag: Key, _ variants: [(word: String, keys: [Key])]
    ) -> [(key: String, value: JSON)] {
        let all = variants.map { variant in
            let only = Key(
                tag.name, .choice([variant.word]), required: true, zh: tag.description.chinese,
                en: tag.description.english)
            return JSON.object(object([only] + variant.keys))
        }
        return [("oneOf", .list(all))]
    }

    private static var condition: JSON {
        let reference = JSON.object([("$ref", .string("#/definitions/condition"))])
        func group(_ name: String, _ value: JSON) -> JSON {
            .object([
                ("type", .string("object")), ("properties", .object([(name, value)])),
                ("required", .list([.string(name)])), ("additionalProperties", .flag(false)),
            ])
        }
        let many = JSON.object([("type", .string("array")), ("items", reference), ("minItems", .integer(1))])
        let fields = FieldCatalogue.all.map { "\($0.name): \($0.description.english) / \($0.description.chinese)" }
        let clause = JSON.object([
            ("type", .string("string")), ("minLength", .integer(1)),
            (
                "description",
                .string("field operator value, such as days_since_order >= 30\n" + fields.joined(separator: "\n"))
            ),
        ])
        return .object([("anyOf", .list([clause, group("all", many), group("any", many), group("not", reference)]))])
    }
}
