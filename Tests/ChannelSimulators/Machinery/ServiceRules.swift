/// How one service decides, as a value: what it knows, and what each request changes.
package protocol ServiceRules: Sendable {
    /// Decides about one request, does what it asks for, and writes down what was done and what was wrong.
    mutating func reply(to request: SimulatorRequest, log: inout SimulatorLog) -> SimulatorReply

    /// A refusal in the service's own form.
    func refusal(code: Int, message: String) -> SimulatorReply
}
