import RetierCore
import RetierLedger

/// Writes action lists for people in a group.
struct RobotComposer: MessageComposer {
    let lists: RobotListWriter

    func messages(of draft: MessageDraft) throws -> [MessagePart] {
        try lists.parts(of: draft.actions, list: draft.list)
    }

    func requireRoom(for action: ListedAction) throws { try lists.requireRoom(for: action) }
}
