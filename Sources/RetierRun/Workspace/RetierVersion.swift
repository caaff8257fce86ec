/// The version of the program, as `retier --version` prints it and as requests carry it.
package enum RetierVersion {
    package static let current = "0.1.0"
}
