import CRetierCurl

/// A list of header lines for libcurl in memory that is used again: `curl_slist_append` would allocate twice a line.
///
/// libcurl points into it while a transfer runs.
final class HeaderList {
    private var text = UnsafeMutableRawBufferPointer.allocate(byteCount: 1_024, alignment: 1)
    private var nodes = UnsafeMutableBufferPointer<curl_slist>.allocate(capacity: 8)

    deinit {
        text.deallocate()
        nodes.deallocate()
    }

    /// Replaces the lines; only while no transfer runs.
    func fill(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
        let needed = lines.reduce(0) { $0 + $1.utf8.count + 1 }
        if needed > text.count {
            text.deallocate()
            text = .allocate(byteCount: 2 * needed, alignment: 1)
        }
        if lines.count > nodes.count {
            nodes.deallocate()
            nodes = .allocate(capacity: 2 * lines.count)
        }
        guard let first = nodes.baseAddress, let start = text.baseAddress else { return nil }
        var place = start
        for (index, line) in lines.enumerated() {
            var line = line
            let next = index + 1 < lines.count ? first + (index + 1) : nil
            (first + index).initialize(to: curl_slist(data: place.assumingMemoryBound(to: CChar.self), next: next))
            line.withUTF8 { bytes in
                if let source = bytes.baseAddress { place.copyMemory(from: source, byteCount: bytes.count) }
                place += bytes.count
            }
            place.storeBytes(of: 0, as: UInt8.self)
            place += 1
        }
        return lines.isEmpty ? nil : first
    }
}
