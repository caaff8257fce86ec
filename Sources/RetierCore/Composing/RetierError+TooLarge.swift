extension RetierError {
    /// An action that no message of an endpoint can carry: the service would cut or refuse it.
    ///
    /// - Parameters:
    ///   - format: named where the endpoint has a choice.
    ///   - alternative: what else would help, after the hint to shorten the template.
    static func tooLarge(
        _ action: ListedAction, bytes: Int, limit: Int, endpoint: String, format: RobotSettings.Format? = nil,
        alternative: String = ""
    ) -> RetierError {
        RetierError(
            .badConfiguration,
            "an action of playbook \(action.playbook), step \(action.step), needs a message of \(bytes) bytes, "
                + "endpoint \(endpoint) takes \(limit)" + (format.map { " in the format \($0.rawValue)" } ?? ""),
            hint: "shorten its template by \(bytes - limit) bytes (a Chinese character is 3)" + alternative)
    }
}
