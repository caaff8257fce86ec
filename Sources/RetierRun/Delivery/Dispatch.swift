import Foundation
import RetierCore
import RetierDelivery

/// The carriers of one delivery and which endpoint each serves.
struct Dispatch: Sendable {
    /// The endpoints that can be served, sorted by id.
    let endpoints: [Endpoint]
    let problems: [DeliverySummary.EndpointProblem]
    /// Of every endpoint, also of those that cannot be served now: recovery needs them.
    let policies: [String: DeliveryPolicy]
    let completions = Completions()
    private let files: FileCarrier?
    private let http: CurlTransport?
    private let fileEndpoints: Set<String>

    /// Prepares every endpoint; one with a bad secret or url becomes a problem and does not hold up the others.
    init(
        programme: Programme, brandDirectory: String, secrets: Secrets, clock: @escaping @Sendable () -> Instant
    ) throws {
        var served: [Endpoint] = []
        var problems: [DeliverySummary.EndpointProblem] = []
        var folders: [String: String] = [:]
        var channels: [HTTPEndpoint] = []
        let factory = ChannelFactory(brandDirectory: brandDirectory, secrets: secrets)
        for endpoint in programme.endpoints {
            do {
                if case .file(let directory) = endpoint.kind {
                    folders[endpoint.id] = directory.hasPrefix("/") ? directory : brandDirectory + "/" + directory
                } else if let channel = try factory.channel(for: endpoint) {
                    channels.append(channel)
                }
                served.append(endpoint)
            } catch let error as RetierError {
                problems.append(DeliverySummary.EndpointProblem(endpoint: endpoint.id, error: error))
            }
        }
        endpoints = served.sorted { $0.id < $1.id }
        self.problems = problems
        policies = Dictionary(
            programme.endpoints.map { ($0.id, $0.deliveryPolicy) }, uniquingKeysWith: { first, _ in first })
        fileEndpoints = Set(folders.keys)
        files =
            folders.isEmpty ? nil : FileCarrier(folders: folders, completions: completions, clock: clock)
        http =
            channels.isEmpty ? nil : try CurlTransport(endpoints: channels, completions: completions, clock: clock)
    }

    func serves(_ endpoint: String) -> Bool { endpoints.contains { $0.id == endpoint } }

    /// Of the endpoints that can be served, by id.
    var limits: [String: EndpointLimits] { endpoints.limits }

    func submit(_ messages: [OutgoingMessage]) {
        guard !messages.isEmpty else { return }
        guard let files, let http else {
            files?.submit(messages)
            http?.submit(messages)
            return
        }
        let toFiles = messages.filter { fileEndpoints.contains($0.endpoint) }
        if !toFiles.isEmpty { files.submit(toFiles) }
        if toFiles.count < messages.count { http.submit(messages.filter { !fileEndpoints.contains($0.endpoint) }) }
    }

    /// Gives back what waits to leave to an endpoint that has to be quiet.
    func recall(endpoint: String) {
        let carrier: (any Carrier)? = fileEndpoints.contains(endpoint) ? files : http
        carrier?.recall(endpoint: endpoint)
    }

    func stop() {
        files?.stop()
        http?.stop()
    }

    func abandon() {
        files?.abandon()
        http?.abandon()
    }
}
