import CRetierCurl

/// A list of header lines for libcurl in memory that is used again: `curl_slist_append` would allocate twice a line.
///
/// libcurl points into it while a transfer runs.
final class HeaderList {
    private var text = UnsafeMutableRawBufferPointer.allocate(byteCount: 1_024, alignment: 1)
    private var nodes = UnsafeMutableBufferPointer<curl_slist>.allocate(capacity: 8)
    /// The last line of every list: libcurl would ask for 100-continue before a long body.
    private static let last = "Expect:"

    deinit {
        text.deallocate()
        nodes.deallocate()
    }

    /// Replaces the lines; only while no transfer runs.
    func fill(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
        let needed = lines.reduce(HeaderList.last.utf8.count + 1) { $0 + $1.utf8.count + 1 }
        if needed > text.count {
            text.deallocate()
            text = .allocate(byteCount: 2 * needed, alignment: 1)
        }
        if lines.count >= nodes.count {
            nodes.deallocate()
            nodes = .allocate(capacity: 2 * lines.count)
        }
        guard let first = nodes.baseAddress, var place = text.baseAddress else { return nil }
        for (index, line) in lines.enumerated() {
            place = HeaderList.write(line, at: place, into: first + index, next: first + (index + 1))
        }
        _ = HeaderList.write(HeaderList.last, at: place, into: first + lines.count, next: nil)
        return first
    }

    /// Returns where the next line's text goes.
    private static func write(
        _ line: String, at place: UnsafeMutableRawPointer, into node: UnsafeMutablePointer<curl_slist>,
        next: UnsafeMutablePointer<curl_slist>?
    ) -> UnsafeMutableRawPointer {
        node.initialize(to: curl_slist(data: place.assumingMemoryBound(to: CChar.self), next: next))
        var line = line
        return line.withUTF8 { bytes in
            if let source = bytes.baseAddress { place.copyMemory(from: source, byteCount: bytes.count) }
            place.storeBytes(of: 0, toByteOffset: bytes.count, as: UInt8.self)
            return place + (bytes.count + 1)
        }
    }
}
