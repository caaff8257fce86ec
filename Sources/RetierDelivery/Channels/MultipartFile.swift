import Foundation
import RetierCore

/// One file as a `multipart/form-data` body (RFC 7578).
struct MultipartFile: Sendable {
    /// The header line.
    let contentType: String
    let body: Data

    /// Characters of the name that are not plain become `_`, so that it needs no quoting.
    init(field: String, fileName: String, content: Data) {
        let name = String(String.UnicodeScalarView(fileName.unicodeScalars.map { Self.isPlain($0) ? $0 : "_" }))
        let boundary = Self.boundary(absentFrom: content)
        contentType = "Content-Type: multipart/form-data; boundary=\(boundary)"
        let head = """
            --\(boundary)\r
            Content-Disposition: form-data; name="\(field)"; filename="\(name)"; filelength=\(content.count)\r
            Content-Type: application/octet-stream\r
            \r

            """
        body = Data(head.utf8) + content + Data("\r\n--\(boundary)--\r\n".utf8)
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCIILetterOrDigit || "._-".unicodeScalars.contains(scalar)
    }

    /// The same content has the same boundary; a candidate that occurs in it is passed over.
    private static func boundary(absentFrom content: Data) -> String {
        var number: UInt64 = 0
        while true {
            let candidate = "retier-\(String(StableHash.of("boundary", String(number)), radix: 36))"
            if content.range(of: Data(candidate.utf8)) == nil { return candidate }
            number += 1
        }
    }
}
