import RetierCore
import RetierLedger

/// Writes messages of a WeCom application.
struct WeComAppComposer: MessageComposer {
    let writer: WeComAppWriter

    func messages(of draft: MessageDraft) throws -> [MessagePart] {
        try writer.parts(of: draft.actions, externalIDs: draft.externalIDs, list: draft.list)
    }

    func requireRoom(for action: ListedAction) throws { try writer.requireRoom(for: action) }
}
