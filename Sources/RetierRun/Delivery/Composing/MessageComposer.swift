import RetierCore
import RetierLedger

/// Makes the messages of one endpoint: one implementation a way of writing action lists.
///
/// Pure: the same draft gives the same bytes. What cannot be written is an error before anything is committed.
protocol MessageComposer: Sendable {
    /// The messages of a draft, which carry its actions in order.
    func messages(of draft: MessageDraft) throws -> [MessagePart]
}
