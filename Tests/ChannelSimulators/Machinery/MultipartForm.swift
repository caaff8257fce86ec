import Foundation

/// A `multipart/form-data` body read by the letter (RFC 7578 and 2046).
struct MultipartForm: Sendable {
    struct Part: Sendable {
        /// Parameters of `Content-Disposition`, without quotes.
        var parameters: [String: String]
        var contentType: String?
        var bytes: Data
    }

    struct Malformed: Error {
        var reason: String
    }

    var parts: [Part]

    init(contentType: String?, body: Data) throws {
        guard let contentType, contentType.lowercased().hasPrefix("multipart/form-data") else {
            throw Malformed(reason: "the content type is not multipart/form-data")
        }
        guard let boundary = Self.parameters(of: contentType)["boundary"], (1...70).contains(boundary.utf8.count) else {
            throw Malformed(reason: "the boundary is missing or not 1 to 70 characters")
        }
        let opening = Data("--\(boundary)\r\n".utf8)
        let delimiter = Data("\r\n--\(boundary)".utf8)
        guard body.starts(with: opening) else { throw Malformed(reason: "the body does not start with the boundary") }
        var rest = body.dropFirst(opening.count)
        var parts: [Part] = []
        while true {
            guard let end = rest.firstRange(of: delimiter) else {
                throw Malformed(reason: "the last boundary is missing")
            }
            parts.append(try Self.part(rest[..<end.lowerBound]))
            rest = rest[end.upperBound...]
            if rest.elementsEqual(Data("--\r\n".utf8)) || rest.elementsEqual(Data("--".utf8)) { break }
            guard rest.starts(with: Data("\r\n".utf8)) else { throw Malformed(reason: "bytes follow a boundary") }
            rest = rest.dropFirst(2)
        }
        self.parts = parts
    }

    private static func part(_ bytes: Data) throws -> Part {
        guard let blank = bytes.firstRange(of: Data("\r\n\r\n".utf8)) else {
            throw Malformed(reason: "a part has no empty line after its head")
        }
        let head = bytes[..<blank.lowerBound]
        guard let text = String(validating: head, as: UTF8.self) else {
            throw Malformed(reason: "the head of a part is not UTF-8")
        }
        var part = Part(parameters: [:], contentType: nil, bytes: Data(bytes[blank.upperBound...]))
        var hasDisposition = false
        for line in text.components(separatedBy: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { throw Malformed(reason: "a header line has no colon") }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            switch line[..<colon].lowercased() {
            case "content-disposition":
                guard value.lowercased().hasPrefix("form-data") else {
                    throw Malformed(reason: "a part's disposition is not form-data")
                }
                hasDisposition = true
                part.parameters = parameters(of: value)
            case "content-type": part.contentType = value
            default: break
            }
        }
        guard hasDisposition else { throw Malformed(reason: "a part has no Content-Disposition") }
        return part
    }

    /// `a; b=c; d="e;f"` as b and d; a quoted value may hold anything but a quote.
    private static func parameters(of value: String) -> [String: String] {
        var parameters: [String: String] = [:]
        for match in value.matches(of: /;\s*([^=;\s]+)\s*=\s*(?:"([^"]*)"|([^;\s]*))/) {
            parameters[match.1.lowercased()] = String(match.2 ?? match.3 ?? "")
        }
        return parameters
    }
}
