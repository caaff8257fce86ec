import Crypto
import FoundationEssentials
import RetierCore

/// SHA-256 (lower-case hex) of what a run's decisions rest on; the order in which files are listed never shows.
package struct BrandDigests: Hashable, Sendable {
    package var configuration: String
    package var playbooks: String
    package var templates: String

    /// The digest of named texts: sorted by name, each with the lengths of name and text before them.
    static func digest(_ texts: [(name: String, text: String)]) -> String {
        var hash = SHA256()
        for (name, text) in texts.sorted(by: { ($0.name, $0.text) < ($1.name, $1.text) }) {
            hash.update(data: Data("\(name.utf8.count) \(text.utf8.count) \(name) \(text)".utf8))
        }
        return Hexadecimal.text(of: hash.finalize())
    }
}
