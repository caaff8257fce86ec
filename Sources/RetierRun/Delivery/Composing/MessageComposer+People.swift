import RetierCore
import RetierLedger

extension RobotListWriter: MessageComposer {
    func messages(of draft: MessageDraft) throws -> [MessagePart] { try parts(of: draft.actions, list: draft.list) }
}

extension WeComAppWriter: MessageComposer {
    func messages(of draft: MessageDraft) throws -> [MessagePart] {
        try parts(of: draft.actions, externalIDs: draft.externalIDs, list: draft.list)
    }
}

extension WeComTaskWriter: MessageComposer {
    func messages(of draft: MessageDraft) throws -> [MessagePart] {
        parts(of: draft.actions, externalIDs: draft.externalIDs)
    }
}
