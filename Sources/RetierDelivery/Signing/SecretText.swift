/// A secret of one line: the address of a robot, a signing secret, the secret of an application.
///
/// Printing it shows nothing.
package struct SecretText: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself, for requests and signatures only.
    package let revealed: String

    package init(_ text: String) { revealed = text }

    package var description: String { "SecretText(redacted)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
