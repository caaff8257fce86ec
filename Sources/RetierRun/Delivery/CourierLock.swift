import Foundation
import RetierCore

/// At most one courier a ledger, by a lock that the kernel drops when its process dies, however it dies.
///
/// While it is held, every claim in the ledger that is not the holder's belongs to a dead courier.
struct CourierLock: ~Copyable {
    private let file: Int32

    /// Takes the lock, or throws `tryLater` after a second.
    init(besideLedger path: String) throws {
        file = open(path + "-courier", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw RetierError(
                .tryLater, "cannot open the courier's lock beside the ledger: \(String(cString: strerror(errno)))",
                hint: "check that the folder of the ledger can be written")
        }
        // A short wait: a courier that is just ending, or a child of its process between fork and exec, still holds it.
        var tries = 20
        while flock(file, LOCK_EX | LOCK_NB) != 0, tries > 0 {
            usleep(50_000)
            tries -= 1
        }
        guard tries > 0 else {
            close(file)
            throw RetierError(
                .tryLater, "another delivery of this brand is under way",
                hint: "it sends what is due now, too; run retier deliver again later")
        }
    }

    deinit { close(file) }
}
