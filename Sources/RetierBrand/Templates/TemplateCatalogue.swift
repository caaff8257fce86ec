import Mustache
package import RetierCore

/// A brand's templates, compiled once: `templates/NAME.LANGUAGE.mustache` makes plain text,
/// `templates/NAME.json.mustache` the JSON bodies of custom channels.
package struct TemplateCatalogue: Sendable {
    /// What a template makes.
    enum Form: Hashable, Sendable {
        case text(Language)
        /// Values are escaped for JSON strings.
        case json

        init?(fileExtension: String) {
            if fileExtension == "json" {
                self = .json
            } else if let language = Language(rawValue: fileExtension) {
                self = .text(language)
            } else {
                return nil
            }
        }

        var fileExtension: String {
            switch self {
            case .text(let language): language.rawValue
            case .json: "json"
            }
        }
    }

    /// Identifies a template: its name and what it makes.
    struct Identity: Hashable, Sendable {
        var name: String
        var form: Form
    }

    /// A template with what it reads, partials included.
    struct Entry: Sendable {
        var file: String
        var scan: TemplateScan
        var compiled: MustacheTemplate
    }

    private(set) var entries: [Identity: Entry] = [:]
    /// Templates that are there but not well formed.
    private var broken: Set<Identity> = []
    private var libraries: [Form: MustacheLibrary] = [:]

    package init() {}

    /// The names of all templates, sorted.
    package var names: [String] { Set(entries.keys.map(\.name)).sorted() }

    /// The names of the templates that make text, and of those that make JSON, sorted.
    var textNames: [String] { Set(entries.keys.filter { $0.form != .json }.map(\.name)).sorted() }
    var bodyNames: [String] { entries.keys.filter { $0.form == .json }.map(\.name).sorted() }

    /// Whether a template of this name is there but not well formed.
    func isBroken(_ name: String, _ form: Form? = nil) -> Bool {
        broken.contains { $0.name == name && (form == nil || $0.form == form) }
    }

    /// The languages that a template is written in, in the order of `Language`.
    package func languages(of name: String) -> [Language] {
        Language.allCases.filter { entries[Identity(name: name, form: .text($0))] != nil }
    }

    /// The variables that a template and its partials use, sorted; empty for a template that does not exist.
    package func variables(of name: String, in language: Language) -> [String] {
        Set(uses(of: name, .text(language)).filter { $0.use.kind != .partial }.map(\.use.name)).sorted()
    }

    /// Renders a template; a variable without a value becomes nothing.
    ///
    /// No character is escaped: the text is plain.
    ///
    /// - Throws: `RetierError` (`badConfiguration`) where there is no such template.
    package func render(_ name: String, language: Language, variables: [String: String]) throws(RetierError) -> String {
        guard let entry = entries[Identity(name: name, form: .text(language))] else {
            throw RetierError(
                .badConfiguration, "template `\(name)` is not written in `\(language.rawValue)`",
                hint: "add templates/\(name).\(language.rawValue).mustache")
        }
        return entry.compiled.render(TemplateScope(values: variables, prefix: ""), library: libraries[.text(language)])
    }

    /// Renders a body and checks that it is JSON.
    ///
    /// - Throws: `RetierError` (`badConfiguration`) where there is no such template, (`badData`) where what it makes is
    ///   no JSON; the text is not in the message.
    package func body(_ name: String, values: BodyValues) throws(RetierError) -> String {
        guard let text = rendered(body: name, values: values) else {
            throw RetierError(
                .badConfiguration, "there is no template for the body `\(name)`",
                hint: "add templates/\(name).json.mustache")
        }
        if let problem = JSONCheck.problem(in: text) {
            throw RetierError(
                .badData, "template `\(name)` made no JSON (\(problem))",
                hint: "run `retier check`; put every value in quotes, and `{{comma}}` between the actions of a list")
        }
        return text
    }

    /// The text of a body as it is; nil where there is no such template.
    func rendered(body name: String, values: BodyValues) -> String? {
        entries[Identity(name: name, form: .json)]?.compiled.render(BodyScope(values), library: libraries[.json])
    }

    /// Every use of a template and of the partials below it, with the file it stands in; a cycle is entered once.
    func uses(of name: String, _ form: Form) -> [(file: String, use: TemplateScan.Use)] {
        var found: [(file: String, use: TemplateScan.Use)] = []
        var seen: Set<String> = []
        var pending: [(name: String, sections: [String])] = [(name, [])]
        while let next = pending.popLast() {
            guard seen.insert(next.name).inserted else { continue }
            guard let entry = entries[Identity(name: next.name, form: form)] else { continue }
            for var use in entry.scan.uses {
                use.sections += next.sections
                found.append((entry.file, use))
                if use.kind == .partial { pending.append((use.name, use.sections)) }
            }
        }
        return found
    }

    /// Whether rendering a template would never end: it or one of its partials includes itself.
    func isEndless(_ name: String, _ form: Form) -> Bool {
        ([name] + uses(of: name, form).map(\.use.name)).contains { isCyclic($0, form) }
    }

    /// Whether a template includes itself through its partials.
    func isCyclic(_ name: String, _ form: Form) -> Bool {
        var pending = [name]
        var seen: Set<String> = []
        while let next = pending.popLast() {
            for use in entries[Identity(name: next, form: form)]?.scan.uses ?? [] where use.kind == .partial {
                if use.name == name { return true }
                if seen.insert(use.name).inserted { pending.append(use.name) }
            }
        }
        return false
    }

    /// Adds a template's text; reports it and leaves it out where it is not well formed.
    mutating func add(_ text: String, as identity: Identity, into findings: inout Findings) {
        let before = findings.all.count
        let scan = TemplateScan(text, into: &findings)
        defer { if findings.all.count > before { broken.insert(identity) } }
        guard findings.all.count == before else { return }
        do {
            // Without the pragma Mustache escapes for HTML. It applies to one template at a time, partials included.
            let type = identity.form == .json ? JSONContent.registeredName : "TEXT"
            let compiled = try MustacheTemplate(string: "{{% CONTENT_TYPE:\(type)}}\n" + TemplateCatalogue.body(text))
            entries[identity] = Entry(file: findings.file, scan: scan, compiled: compiled)
            libraries[identity.form, default: MustacheLibrary()].register(compiled, named: identity.name)
        } catch let error as MustacheTemplate.ParserError {
            findings.add(
                "template-syntax", at: (max(error.context.lineNumber - 1, 1), error.context.columnNumber),
                message: "the template cannot be read (\(error.error))", hint: "correct the tag")
        } catch {
            findings.add("template-syntax", message: "the template cannot be read", hint: "correct its tags")
        }
    }

    /// The text without the line end that editors put at the end of a file.
    private static func body(_ text: String) -> String {
        var text = text
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}

/// What Mustache looks names up in: `with.coupon` is found as `coupon` within `with`.
private struct TemplateScope: MustacheParent {
    let values: [String: String]
    let prefix: String

    func child(named name: String) -> Any? {
        if let value = values[prefix + name] { return value }
        guard prefix.isEmpty, name == "with" || name == "attr" else { return nil }
        return TemplateScope(values: values, prefix: name + ".")
    }
}
