import Foundation
import RetierCore
import RetierDelivery

/// Makes the HTTP channels of endpoints from their settings and their secrets.
///
/// A new kind of channel is one more case here.
struct ChannelFactory: Sendable {
    /// Where relative file names begin.
    let brandDirectory: String
    let secrets: Secrets
    /// Of all WeCom applications.
    private let tokens: WeComTokens

    init(brandDirectory: String, secrets: Secrets) {
        self.brandDirectory = brandDirectory
        self.secrets = secrets
        tokens = WeComTokens(directory: brandDirectory + "/var/tokens")
    }

    /// The channel of an endpoint; nil for one that does not go over HTTP.
    ///
    /// - Throws: `RetierError` where a secret, an address or a file does not serve; never with a part of a secret.
    func channel(for configured: Endpoint) throws -> HTTPEndpoint? {
        var endpoint = configured
        endpoint.caFile = try endpoint.caFile.map(certificates)
        switch endpoint.kind {
        case .file: return nil
        case .webhook(let url, let secret, let githubSecret):
            return try WebhookChannel.endpoint(
                endpoint, url: url, secret: secrets.webhookSecret(from: secret),
                githubSecret: githubSecret.map(secrets.line))
        case .wecomRobot(let robot):
            return try WeComRobotChannel.endpoint(endpoint, address: secrets.line(from: robot.address))
        case .dingtalkRobot(let robot):
            return try DingTalkChannel.endpoint(
                endpoint, address: secrets.line(from: robot.address), signing: robot.signing.map(secrets.line))
        case .feishuRobot(let robot):
            return try FeishuChannel.endpoint(
                endpoint, address: secrets.line(from: robot.address), signing: robot.signing.map(secrets.line))
        case .slackRobot(let robot):
            return try SlackChannel.endpoint(endpoint, address: secrets.line(from: robot.address))
        case .wecomApp(let settings):
            return try WeComAppChannel.endpoint(
                endpoint, settings: settings, secret: secrets.line(from: settings.account.secret), tokens: tokens)
        case .wecomTask(let settings):
            return try WeComTaskChannel.endpoint(
                endpoint, settings: settings, secret: secrets.line(from: settings.account.secret), tokens: tokens)
        case .custom(let settings):
            return try CustomChannel.endpoint(
                endpoint, settings: settings, address: address(settings), headers: settings.headers.map(header))
        }
    }

    private func address(_ settings: CustomChannelSettings) throws -> SecretText {
        switch settings.address {
        case .url(let url): SecretText(url)
        case .secret(let source): try secrets.line(from: source)
        }
    }

    /// A header as a line; a secret in it can bring no further header, because it is printable ASCII.
    private func header(_ header: CustomChannelSettings.Header) throws -> SecretText {
        switch header.value {
        case .text(let text): return SecretText("\(header.name): \(text)")
        case .secret(let source, let prefix):
            let secret = try secrets.line(from: source)
            guard secret.revealed.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                throw RetierError(
                    .badConfiguration,
                    "the secret of header \(header.name) holds characters that a header cannot carry",
                    hint: "write it in printable ASCII")
            }
            return SecretText("\(header.name): \(prefix)\(secret.revealed)")
        }
    }

    /// The path of a file of certificates.
    ///
    /// libcurl reads it at each connect; that it is there is checked once, so that a wrong name is a problem of the
    /// configuration and not of every message.
    private func certificates(_ name: String) throws -> String {
        let path = name.hasPrefix("/") ? name : brandDirectory + "/" + name
        guard access(path, R_OK) == 0 else {
            throw RetierError(
                .badConfiguration, "the certificates \(name) cannot be read: \(String(cString: strerror(errno)))",
                hint: "name a file of PEM certificates, relative to the brand folder")
        }
        return path
    }
}
