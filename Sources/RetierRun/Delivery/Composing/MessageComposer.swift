import RetierCore
import RetierLedger

/// Makes the messages of one endpoint: one implementation a way of writing action lists.
///
/// Pure: the same draft gives the same bytes. What cannot be written is an error before anything is committed.
protocol MessageComposer: Sendable {
    /// The messages of a draft, which carry each of its actions once.
    func messages(of draft: MessageDraft) throws -> [MessagePart]
    /// Refuses an action that `messages` could not write, as far as its words tell: a plan never holds one.
    func requireRoom(for action: ListedAction) throws
}

extension MessageComposer {
    /// Any action can be written.
    func requireRoom(for action: ListedAction) {}
}
