import Foundation

/// What one life of the courier probe has to do, as JSON in its only argument: the program `CourierProbe` runs one real
/// courier on a ledger and can end itself as a crash would.
package struct ProbeOrder: Codable, Sendable {
    /// One endpoint.
    package struct Target: Codable, Hashable, Sendable {
        package var id: String
        /// The receiver's url; nil writes files below `var/outgoing`.
        package var url: String?
        /// True where an ambiguous attempt waits for a person; false where it is sent again.
        package var holds = false
        package var concurrency = 1
        package var timeoutSeconds = 1
        package var retrySeconds = [0, 0, 0, 0]
        /// The most messages in any `ratePerSeconds` seconds; 0 for no limit.
        package var rateMax = 0
        package var ratePerSeconds = 1

        package init(id: String, url: String?) {
            self.id = id
            self.url = url
        }
    }

    package var ledger: String
    /// The brand folder; it holds the secret in `crm.secret`.
    package var folder: String
    package var targets: [Target]
    package var claimAhead = 1
    package var groupSize = 1
    /// Long, so that the steps do not depend on how long a request takes.
    package var groupMilliseconds = 5_000
    package var patienceSeconds = 3
    /// Ends the process with SIGKILL right after the step of this number, counted from 1.
    package var dieAtStep: Int?
    /// Stops the courier's thread after the step of this number, while the network goes on, and says `held`.
    package var holdAtStep: Int?
    /// A file with seconds that are added to the system's clock at each look.
    package var clockFile: String?

    package init(ledger: String, folder: String, targets: [Target]) {
        self.ledger = ledger
        self.folder = folder
        self.targets = targets
    }

    package init(json: String) throws {
        self = try JSONDecoder().decode(ProbeOrder.self, from: Data(json.utf8))
    }

    package var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}

/// What a life of the probe that came to its end says, as one line of JSON.
package struct ProbeReport: Codable, Hashable, Sendable {
    package var steps: Int
    package var delivered: Int
    package var expired: Int
    package var pending: Int
    package var retrying: Int
    package var inDoubt: Int
    package var wasStopped: Bool

    package init(
        steps: Int, delivered: Int, expired: Int, pending: Int, retrying: Int, inDoubt: Int, wasStopped: Bool
    ) {
        self.steps = steps
        self.delivered = delivered
        self.expired = expired
        self.pending = pending
        self.retrying = retrying
        self.inDoubt = inDoubt
        self.wasStopped = wasStopped
    }
}
