import RetierCore
import RetierLedger

/// Writes WeCom mass messages to members.
struct WeComTaskComposer: MessageComposer {
    let writer: WeComTaskWriter

    func messages(of draft: MessageDraft) throws -> [MessagePart] {
        writer.parts(of: draft.actions, externalIDs: draft.externalIDs)
    }

    func requireRoom(for action: ListedAction) throws { try writer.requireRoom(for: action) }
}
