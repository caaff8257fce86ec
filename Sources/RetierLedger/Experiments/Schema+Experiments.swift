extension Schema {
    /// Who is in which group of which experiment.
    static let experiments = """
        -- The salt of each experiment, from its first run on: a playbook's, or '*' of the whole programme.
        CREATE TABLE experiment (
            id TEXT PRIMARY KEY,
            salt TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- How experiments divide members, basis points and weights of arms; a new row whenever that changes.
        CREATE TABLE experiment_shares (
            number INTEGER PRIMARY KEY,
            experiment TEXT NOT NULL REFERENCES experiment(id),
            pilot INTEGER NOT NULL,
            holdout INTEGER NOT NULL,
            arms TEXT NOT NULL,
            run TEXT NOT NULL REFERENCES run(id)
        ) STRICT;

        -- Which group each member was put in by the first run in which nothing else stood against an action, and the
        -- tier that the member held then. Written once: whoever was treated never becomes control, and the other way
        -- round.
        CREATE TABLE assignment (
            experiment TEXT NOT NULL REFERENCES experiment(id),
            member INTEGER NOT NULL REFERENCES member(key),
            is_control INTEGER NOT NULL CHECK (is_control IN (0, 1)),
            arm TEXT,
            shares INTEGER NOT NULL REFERENCES experiment_shares(number),
            tier TEXT,
            day INTEGER NOT NULL,
            run TEXT NOT NULL REFERENCES run(id),
            PRIMARY KEY (experiment, member),
            CHECK (is_control = 0 OR arm IS NULL)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX assignment_of_run ON assignment (run);
        CREATE TRIGGER assignment_is_written_once BEFORE UPDATE ON assignment
        BEGIN SELECT RAISE(ABORT, 'an assignment to an experiment is written once'); END;
        CREATE TRIGGER assignment_is_kept BEFORE DELETE ON assignment
        BEGIN SELECT RAISE(ABORT, 'an assignment to an experiment is never deleted'); END;
        CREATE TRIGGER salt_is_written_once BEFORE UPDATE ON experiment
        BEGIN SELECT RAISE(ABORT, 'the salt of an experiment is written once'); END;
        """
}
