/// Where messages go.
package struct Endpoint: Hashable, Sendable {
    package var id: String
    package var kind: Kind
    /// The most actions in one message.
    package var batch: Int
    /// The most requests in flight at once.
    package var concurrency: Int
    /// Whole-request timeout in seconds.
    package var timeoutSeconds: Int
    /// Seconds to wait before attempt 2, 3, ...; after the last one the message is exhausted.
    package var retrySeconds: [Int]
    /// A message not sent so long after its run was committed is expired, in hours.
    package var expireHours: Int
    /// What becomes of ambiguous attempts; nil for what suits the kind.
    package var onDoubt: DeliveryPolicy.OnDoubt?
    /// How fast messages may leave; nil for what suits the kind.
    package var limits: EndpointLimits?
    /// Hosts in private ranges that may be reached all the same.
    package var allowPrivate: [String]
    /// A file of certificates to trust instead of the system's, relative to the brand folder; nil for the system's.
    package var caFile: String?
    /// The address of an HTTP proxy, which then decides what can be reached; nil for none.
    ///
    /// The environment's is never used.
    package var proxy: String?

    package init(
        id: String, kind: Kind, batch: Int? = nil, concurrency: Int = 4, timeoutSeconds: Int = 20,
        retrySeconds: [Int] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400], expireHours: Int = 72,
        onDoubt: DeliveryPolicy.OnDoubt? = nil, limits: EndpointLimits? = nil, allowPrivate: [String] = [],
        caFile: String? = nil, proxy: String? = nil
    ) {
        self.id = id
        self.kind = kind
        self.batch = batch ?? kind.standardBatch
        self.concurrency = concurrency
        self.timeoutSeconds = timeoutSeconds
        self.retrySeconds = retrySeconds
        self.expireHours = expireHours
        self.onDoubt = onDoubt
        self.limits = limits
        self.allowPrivate = allowPrivate
        self.caFile = caFile
        self.proxy = proxy
    }
}
