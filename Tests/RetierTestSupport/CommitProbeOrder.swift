import Foundation

/// What one life of the program `CommitProbe` has to do, as JSON in its only argument.
package struct CommitProbeOrder: Codable, Sendable {
    /// One thing that a person or a timer does; moments are seconds since 1970, days are days since 1970.
    package enum Deed: Codable, Hashable, Sendable {
        /// Registers an incident, over already where `until` is given.
        case open(_ id: String, kind: String, from: Int64, until: Int64?)
        case withdraw(_ id: String)
        case daily(Int32)
        case deliver
    }

    package var brand: String
    package var deeds: [Deed]
    /// Ends the process with SIGKILL at the side of a commit of this number, counted from 1: before the first commit,
    /// after it, before the second, and so on.
    package var dieAt: Int?

    package init(brand: String, deeds: [Deed]) {
        self.brand = brand
        self.deeds = deeds
    }

    package init(json: String) throws {
        self = try JSONDecoder().decode(CommitProbeOrder.self, from: Data(json.utf8))
    }

    package var json: String { get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) } }
}
