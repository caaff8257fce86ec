/// Where a secret is read from at the moment of sending; the secret itself is never part of a value that is printed or
/// stored.
package enum SecretSource: Hashable, Sendable {
    /// A systemd credential of this name.
    case credential(String)
    /// A file readable by its owner only, relative to the brand folder.
    case file(String)
}
