import Foundation
import RetierBrand

/// Where the shipped playbooks and templates lie on this machine.
enum Library {
    static func locate() throws -> URL {
        let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return try LibraryLocator.locate(executable: executable, environment: ProcessInfo.processInfo.environment)
    }
}
