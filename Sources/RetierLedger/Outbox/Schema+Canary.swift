extension Schema {
    /// Runs that are tried on a sample of members first.
    static let canaries = """
        -- Shares are basis points; ended and failed count actions of the sample, as of the judgement.
        CREATE TABLE canary (
            run TEXT PRIMARY KEY REFERENCES run(id),
            state TEXT NOT NULL,
            share INTEGER NOT NULL,
            max_failed INTEGER NOT NULL,
            not_before INTEGER NOT NULL,
            opened_at INTEGER NOT NULL,
            decided_at INTEGER,
            ended INTEGER,
            failed INTEGER,
            CHECK ((ended IS NULL) = (failed IS NULL)),
            -- One line a state.
            CHECK (CASE state
                WHEN 'open' THEN decided_at IS NULL AND ended IS NULL
                WHEN 'passed' THEN decided_at IS NOT NULL AND ended IS NOT NULL
                WHEN 'stopped' THEN decided_at IS NOT NULL AND ended IS NOT NULL
                WHEN 'released' THEN decided_at IS NOT NULL
                WHEN 'cancelled' THEN decided_at IS NOT NULL
                ELSE 0 END)
        ) STRICT;
        CREATE INDEX canary_open ON canary (run) WHERE state = 'open';

        -- The messages that leave first.
        CREATE TABLE canary_sample (
            run TEXT NOT NULL REFERENCES run(id),
            message INTEGER NOT NULL REFERENCES message(key),
            PRIMARY KEY (run, message)
        ) STRICT, WITHOUT ROWID;
        """
}
