extension Schema {
    /// What comes of decisions over days: cases, and what people approved.
    static let cases = """
        -- Members' ways through playbooks whose steps follow each other. Days are the run's; delay is how many days the
        -- clock is behind; signs count when they are later than signs_after. At most one escalation a member;
        -- its shadows, of control groups, are none.
        CREATE TABLE member_case (
            id TEXT PRIMARY KEY,
            member INTEGER NOT NULL REFERENCES member(key),
            playbook TEXT NOT NULL,
            run TEXT NOT NULL REFERENCES run(id),
            is_escalation INTEGER NOT NULL CHECK (is_escalation IN (0, 1)),
            is_shadow INTEGER NOT NULL CHECK (is_shadow IN (0, 1)),
            state TEXT NOT NULL,
            opened INTEGER NOT NULL,
            delay INTEGER NOT NULL CHECK (delay >= 0),
            next_step TEXT,
            level INTEGER CHECK (level BETWEEN 1 AND 3),
            waits_since INTEGER NOT NULL CHECK (waits_since >= opened),
            held_until INTEGER,
            paused_on INTEGER,
            signs_after INTEGER NOT NULL,
            closed_at INTEGER,
            cause TEXT,
            -- One line a state.
            CHECK (CASE state
                WHEN 'open' THEN paused_on IS NULL AND closed_at IS NULL AND cause IS NULL
                WHEN 'paused' THEN paused_on IS NOT NULL AND closed_at IS NULL AND cause IS NULL
                WHEN 'recovered' THEN paused_on IS NULL AND closed_at IS NOT NULL AND cause IS NOT NULL
                WHEN 'acknowledged' THEN paused_on IS NULL AND closed_at IS NOT NULL AND cause IS NOT NULL
                WHEN 'closed' THEN paused_on IS NULL AND closed_at IS NOT NULL AND cause IS NOT NULL
                WHEN 'unanswered' THEN paused_on IS NULL AND closed_at IS NOT NULL AND cause IS NOT NULL
                WHEN 'superseded' THEN paused_on IS NULL AND closed_at IS NOT NULL AND cause IS NOT NULL
                ELSE 0 END)
        ) STRICT;
        CREATE INDEX member_case_of_member ON member_case (member, opened);
        CREATE UNIQUE INDEX member_case_open ON member_case (member, playbook)
            WHERE state = 'open' OR state = 'paused';
        CREATE UNIQUE INDEX member_case_escalation ON member_case (member)
            WHERE (state = 'open' OR state = 'paused') AND is_escalation = 1 AND is_shadow = 0;

        -- People's words on plans, which are known by their digests: each is about one playbook or (NULL) the whole
        -- plan. It lets that plan past what it needs a word for.
        CREATE TABLE approval (
            number INTEGER PRIMARY KEY,
            plan_digest TEXT NOT NULL,
            playbook TEXT,
            as_of INTEGER NOT NULL,
            at INTEGER NOT NULL,
            operator TEXT NOT NULL,
            reason TEXT NOT NULL
        ) STRICT;
        CREATE INDEX approval_of_plan ON approval (plan_digest);

        -- Steps of members that the plan deferred for approval: a later one may send them.
        CREATE TABLE approved_action (
            member INTEGER NOT NULL REFERENCES member(key),
            playbook TEXT NOT NULL,
            step TEXT NOT NULL,
            approval INTEGER NOT NULL REFERENCES approval(number),
            PRIMARY KEY (member, playbook, step, approval)
        ) STRICT, WITHOUT ROWID;

        -- Playbooks that are not new any more: sent of by the run, or in the brand's folder at its first run.
        CREATE TABLE known_playbook (
            id TEXT PRIMARY KEY,
            run TEXT NOT NULL REFERENCES run(id)
        ) STRICT, WITHOUT ROWID;

        -- What refreshes deferred and daily runs take up again: deferred on the day since, not tried before first.
        CREATE TABLE waiting_action (
            member INTEGER NOT NULL REFERENCES member(key),
            playbook TEXT NOT NULL,
            step TEXT NOT NULL,
            since INTEGER NOT NULL,
            first INTEGER NOT NULL CHECK (first > since),
            action_id TEXT NOT NULL,
            PRIMARY KEY (member, playbook, step)
        ) STRICT, WITHOUT ROWID;
        """
}
