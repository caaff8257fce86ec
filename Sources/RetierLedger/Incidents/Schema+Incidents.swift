extension Schema {
    /// Failures from which members suffered, and what was decided because of them.
    static let incidents = """
        -- Registered, closed and withdrawn by people; whose word it was is in the audit trail, too. reason is the last
        -- word. An id is never used again.
        CREATE TABLE incident (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            state TEXT NOT NULL,
            from_at INTEGER NOT NULL,
            until_at INTEGER,
            reason TEXT NOT NULL,
            operator TEXT NOT NULL,
            registered_at INTEGER NOT NULL,
            closed_at INTEGER,
            CHECK (until_at > from_at),
            -- One line a state.
            CHECK (CASE state
                WHEN 'open' THEN until_at IS NULL AND closed_at IS NULL
                WHEN 'closed' THEN until_at IS NOT NULL AND closed_at IS NOT NULL
                WHEN 'withdrawn' THEN (until_at IS NULL) = (closed_at IS NULL)
                ELSE 0 END)
        ) STRICT;
        CREATE TRIGGER incident_is_kept BEFORE DELETE ON incident
        BEGIN SELECT RAISE(ABORT, 'an incident is never deleted'); END;

        -- Which decision is about which incident: what makes notices and grants happen once.
        CREATE TABLE incident_action (
            incident TEXT NOT NULL REFERENCES incident(id),
            run TEXT NOT NULL REFERENCES run(id),
            action_id TEXT NOT NULL REFERENCES decision(action_id),
            PRIMARY KEY (incident, action_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX incident_action_of_run ON incident_action (run, action_id);
        """
}
