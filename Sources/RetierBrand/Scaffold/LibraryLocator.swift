package import FoundationEssentials
package import RetierCore

/// Finds the shipped library: the folder with `playbooks/` and `templates/`.
package enum LibraryLocator {
    /// Looks at `$RETIER_LIBRARY`, then `../share/retier` beside the executable's folder, then upwards from the
    /// executable (a development checkout).
    ///
    /// - Throws: `RetierError` (`badConfiguration`) where there is none.
    package static func locate(executable: URL, environment: [String: String]) throws(RetierError) -> URL {
        if let named = environment["RETIER_LIBRARY"], !named.isEmpty {
            let url = URL(filePath: named, directoryHint: .isDirectory)
            guard isLibrary(url) else {
                throw RetierError(
                    .badConfiguration, "RETIER_LIBRARY names `\(named)`, which has no playbooks/ and templates/",
                    hint: "correct or unset it")
            }
            return url
        }
        var folder = executable.resolvingSymlinksInPath().deletingLastPathComponent()
        let shared = folder.deletingLastPathComponent().appending(path: "share/retier", directoryHint: .isDirectory)
        if isLibrary(shared) { return shared }
        while folder.path.count > 1 {
            if isLibrary(folder) { return folder }
            folder = folder.deletingLastPathComponent()
        }
        throw RetierError(
            .badConfiguration, "the library of playbooks and templates is not where the program was installed",
            hint: "set RETIER_LIBRARY to the folder that has playbooks/ and templates/")
    }

    private static func isLibrary(_ url: URL) -> Bool {
        ["playbooks", "templates"].allSatisfy { name in
            var isDirectory = false
            let path = url.appending(path: name).path
            return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
        }
    }
}
