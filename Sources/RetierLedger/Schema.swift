import GRDB

/// The ledger's schema, migration by migration.
///
/// A released migration is never edited.
///
/// Times are seconds since 1970 UTC, days are days since 1970-01-01, money is minor units, scores and ranks are
/// millionths.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 first schema") { database in
            try database.execute(sql: data)
            try database.execute(sql: decisions)
            try database.execute(sql: cases)
            try database.execute(sql: experiments)
            try database.execute(sql: delivery)
            try database.execute(sql: incidents)
            try database.execute(sql: canaries)
        }
        return migrator
    }

    /// What brands import.
    private static let data = """
        -- One person in the programme. joined_at is NULL while the member is known only from orders, events,
        -- consents or identities; member_id is NULL while only an identity is known. Both wait, nothing is dropped.
        CREATE TABLE member (
            key INTEGER PRIMARY KEY,
            member_id TEXT UNIQUE,
            joined_at INTEGER,
            birthday INTEGER,
            attributes TEXT
        ) STRICT;

        CREATE TABLE identity (
            source TEXT NOT NULL,
            external_id TEXT NOT NULL,
            member INTEGER NOT NULL REFERENCES member(key),
            PRIMARY KEY (source, external_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX identity_of_member ON identity (member);

        -- Further members that files name for an identity: each was merged with the first when it came.
        CREATE TABLE identity_claim (
            source TEXT NOT NULL,
            external_id TEXT NOT NULL,
            member INTEGER NOT NULL REFERENCES member(key),
            PRIMARY KEY (source, external_id, member)
        ) STRICT, WITHOUT ROWID;

        -- Two members found to be one: what is of other counts for kept until the merge is undone. Rows stay where they
        -- came to. Never deleted, like the audit trail.
        CREATE TABLE member_merge (
            number INTEGER PRIMARY KEY,
            kept INTEGER NOT NULL REFERENCES member(key),
            other INTEGER NOT NULL REFERENCES member(key),
            at INTEGER NOT NULL,
            reason TEXT NOT NULL,
            operator TEXT NOT NULL,
            undone_at INTEGER,
            undone_reason TEXT,
            undone_operator TEXT,
            CHECK (kept <> other),
            CHECK ((undone_at IS NULL) = (undone_reason IS NULL) AND (undone_at IS NULL) = (undone_operator IS NULL))
        ) STRICT;
        CREATE UNIQUE INDEX member_merge_of_other ON member_merge (other) WHERE undone_at IS NULL;
        CREATE INDEX member_merge_of_kept ON member_merge (kept) WHERE undone_at IS NULL;

        -- Texts that repeat in millions of rows: categories, channels, coupons, statuses, event kinds.
        CREATE TABLE symbol (
            key INTEGER PRIMARY KEY,
            text TEXT NOT NULL UNIQUE
        ) STRICT;

        -- Clustered by member and time: one ordered pass yields all facts.
        CREATE TABLE member_order (
            member INTEGER NOT NULL,
            at INTEGER NOT NULL,
            order_id TEXT NOT NULL,
            amount INTEGER NOT NULL,
            discount INTEGER,
            coupon INTEGER,
            category INTEGER,
            channel INTEGER,
            status INTEGER,
            PRIMARY KEY (member, at, order_id)
        ) STRICT, WITHOUT ROWID;

        -- Makes order ids unique: a 64-bit hash of the id, and where the row lies. A hash that another id holds
        -- already is probed upwards, so that uniqueness is exact.
        CREATE TABLE order_key (
            hash INTEGER PRIMARY KEY,
            member INTEGER NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE member_event (
            member INTEGER NOT NULL,
            at INTEGER NOT NULL,
            event_id TEXT NOT NULL,
            kind INTEGER NOT NULL,
            value TEXT,
            ref TEXT,
            PRIMARY KEY (member, at, event_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE event_key (
            hash INTEGER PRIMARY KEY,
            member INTEGER NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;

        -- What facts are read from: all orders, or events, of a member in order of time, packed (RowPacker tells how).
        -- Written together with the rows above, always equal to them.
        CREATE TABLE order_pack (
            member INTEGER PRIMARY KEY,
            rows BLOB NOT NULL
        ) STRICT;

        CREATE TABLE event_pack (
            member INTEGER PRIMARY KEY,
            rows BLOB NOT NULL
        ) STRICT;

        -- came_as is the identity that a row came with, source and external id with a unit separator in between, empty
        -- where it came with the member's id: a later file corrects a row of the same name only, so that words on the
        -- same moment under two names do not depend on which came first.
        CREATE TABLE consent (
            member INTEGER NOT NULL REFERENCES member(key),
            channel TEXT NOT NULL,
            purpose TEXT NOT NULL,
            at INTEGER NOT NULL,
            came_as TEXT NOT NULL,
            granted INTEGER NOT NULL CHECK (granted IN (0, 1)),
            proof TEXT,
            PRIMARY KEY (member, channel, purpose, at, came_as)
        ) STRICT, WITHOUT ROWID;

        -- Members who withdrew something since the messages that wait to leave were looked through for it.
        CREATE TABLE withdrawal (
            member INTEGER PRIMARY KEY
        ) STRICT;
        CREATE TRIGGER consent_is_withdrawn AFTER INSERT ON consent WHEN NEW.granted = 0
            BEGIN INSERT OR IGNORE INTO withdrawal VALUES (NEW.member); END;

        -- One row a file that was imported; the counts balance.
        CREATE TABLE import_file (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            at INTEGER NOT NULL,
            read INTEGER NOT NULL,
            new INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            unchanged INTEGER NOT NULL,
            rejected INTEGER NOT NULL,
            CHECK (read = new + updated + unchanged + rejected)
        ) STRICT;

        -- What the data tables hold, independent of the order in which it came: row count and the wrapping sums
        -- of two 64-bit row hashes. A plan names these as its inputs.
        CREATE TABLE data_digest (
            kind TEXT PRIMARY KEY,
            count INTEGER NOT NULL,
            sum1 INTEGER NOT NULL,
            sum2 INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO data_digest VALUES
            ('members', 0, 0, 0), ('identities', 0, 0, 0), ('orders', 0, 0, 0), ('events', 0, 0, 0),
            ('consents', 0, 0, 0);
        """

    /// What runs decide.
    private static let decisions = """
        CREATE TABLE run (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('refresh', 'daily')),
            period TEXT NOT NULL,
            as_of INTEGER NOT NULL,
            plan_digest TEXT NOT NULL,
            committed_at INTEGER NOT NULL,
            members INTEGER NOT NULL,
            sends INTEGER NOT NULL,
            -- Members who get one.
            reach INTEGER NOT NULL,
            demotions INTEGER NOT NULL,
            cost INTEGER NOT NULL,
            tally TEXT NOT NULL,
            -- The version that scores and tiers were decided with.
            calibration INTEGER REFERENCES calibration(version),
            UNIQUE (kind, period)
        ) STRICT;

        -- What the run's plan was made from: row counts, file counts, digests.
        CREATE TABLE run_input (
            run TEXT NOT NULL REFERENCES run(id),
            name TEXT NOT NULL,
            digest TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (run, name)
        ) STRICT, WITHOUT ROWID;

        -- What was learned on a named date and frozen; run is NULL where a person's command learned it.
        CREATE TABLE calibration (
            version INTEGER PRIMARY KEY,
            learned_on INTEGER NOT NULL,
            model_digest TEXT NOT NULL,
            run TEXT REFERENCES run(id)
        ) STRICT;

        -- Its values: entry cuts by tier, highest first, parameters of models by name. Numbers that are not whole are
        -- kept as their bits.
        CREATE TABLE calibration_value (
            version INTEGER NOT NULL REFERENCES calibration(version),
            position INTEGER NOT NULL,
            part TEXT NOT NULL,
            name TEXT NOT NULL,
            value INTEGER NOT NULL,
            PRIMARY KEY (version, position)
        ) STRICT, WITHOUT ROWID;

        -- Where each member stands since the last refresh. A rank is NULL where the dimension is not used or nothing is
        -- known of the member.
        CREATE TABLE standing (
            member INTEGER PRIMARY KEY REFERENCES member(key),
            tier TEXT NOT NULL,
            since INTEGER NOT NULL,
            pending_runs INTEGER NOT NULL,
            stage TEXT NOT NULL,
            score INTEGER NOT NULL,
            rank_spend INTEGER,
            rank_frequency INTEGER,
            rank_recency INTEGER,
            rank_price_sensitivity INTEGER,
            rank_activity INTEGER,
            rank_loyalty INTEGER,
            rank_influence INTEGER,
            rank_potential INTEGER
        ) STRICT;

        -- The own standings of members who were merged, as of a refresh (empty before the first), so that a merge can
        -- be undone: their rows of standing and hold as JSON objects; empty for a member without a standing.
        CREATE TABLE merged_standing (
            member INTEGER PRIMARY KEY REFERENCES member(key),
            refresh TEXT NOT NULL,
            standing TEXT NOT NULL
        ) STRICT;

        -- What the stability rules remember of members between refreshes; no row where that is nothing. rule names what
        -- holds the member in the tier; ruled_tier is what the rules hold while a person has set another tier; baseline
        -- is what the member earned when the rules changed.
        CREATE TABLE hold (
            member INTEGER PRIMARY KEY REFERENCES member(key),
            rule TEXT,
            runs INTEGER NOT NULL,
            below_since INTEGER,
            last_fall INTEGER,
            valid_until INTEGER,
            baseline TEXT,
            ruled_tier TEXT,
            ruled_since INTEGER
        ) STRICT;

        -- Tiers that people set by hand; cleared_at is NULL for one that stands. The audit trail has both words.
        CREATE TABLE tier_override (
            id INTEGER PRIMARY KEY,
            member INTEGER NOT NULL REFERENCES member(key),
            tier TEXT NOT NULL,
            until INTEGER NOT NULL,
            reason TEXT NOT NULL,
            operator TEXT NOT NULL,
            set_at INTEGER NOT NULL,
            cleared_at INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX tier_override_standing ON tier_override (member) WHERE cleared_at IS NULL;

        CREATE TABLE transition (
            run TEXT NOT NULL REFERENCES run(id),
            member INTEGER NOT NULL REFERENCES member(key),
            kind TEXT NOT NULL CHECK (kind IN (
                'enrolled', 'promoted', 'demoted', 'slid', 'lapsed', 'returned', 'potential_gold', 'high_potential')),
            from_tier TEXT,
            to_tier TEXT NOT NULL,
            from_stage TEXT,
            to_stage TEXT NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (run, member, kind)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX transition_of_member ON transition (member);
        -- Who changed tier lately, and from where: tells which moves are taken back.
        CREATE INDEX transition_between_tiers ON transition (run, member, from_tier)
            WHERE kind = 'promoted' OR kind = 'demoted';

        -- What a refresh looked like as a whole, and budgets and displacement of any run: totals, which reports read.
        CREATE TABLE run_figure (
            run TEXT NOT NULL REFERENCES run(id),
            position INTEGER NOT NULL,
            part TEXT NOT NULL,
            subject TEXT NOT NULL,
            object TEXT NOT NULL,
            quantity TEXT NOT NULL,
            value INTEGER NOT NULL,
            PRIMARY KEY (run, position)
        ) STRICT, WITHOUT ROWID;

        -- Every candidate of every run with its verdict; the sent ones name their message.
        CREATE TABLE decision (
            action_id TEXT PRIMARY KEY,
            run TEXT NOT NULL REFERENCES run(id),
            member INTEGER NOT NULL REFERENCES member(key),
            playbook TEXT NOT NULL,
            version INTEGER NOT NULL,
            step TEXT NOT NULL,
            level INTEGER,
            type TEXT NOT NULL,
            channel TEXT NOT NULL,
            endpoint TEXT NOT NULL,
            arm TEXT,
            verdict TEXT NOT NULL CHECK (verdict IN ('send', 'defer', 'suppress', 'hold_out')),
            reason TEXT NOT NULL,
            -- The values of the fields that the playbook's condition reads, and the facts behind the reason.
            facts TEXT NOT NULL,
            evidence TEXT NOT NULL,
            until INTEGER,
            cost INTEGER NOT NULL,
            day INTEGER NOT NULL,
            -- Its tags and the caps that count it, as they were when it was decided: SendMarks.text.
            marks TEXT NOT NULL,
            -- The member's tier after the run, by which budgets of tiers count it; NULL for none.
            tier TEXT,
            -- The option of its step that was chosen; NULL where it has none or nothing is sent.
            choice TEXT,
            message TEXT REFERENCES message(id),
            CHECK ((verdict = 'send') = (message IS NOT NULL))
        ) STRICT;
        CREATE INDEX decision_of_member ON decision (member, day);
        CREATE INDEX decision_of_run ON decision (run);
        -- Caps, once_per and budgets remember recent sends and shadows.
        CREATE INDEX decision_entry ON decision (day) WHERE verdict IN ('send', 'hold_out');

        -- One run at a time.
        CREATE TABLE lease (
            name TEXT PRIMARY KEY,
            owner TEXT NOT NULL,
            process INTEGER NOT NULL,
            boot TEXT NOT NULL,
            taken_at INTEGER NOT NULL,
            heartbeat_at INTEGER NOT NULL
        ) STRICT;
        """

    /// What leaves, and the trail of it all.
    private static let delivery = """
        -- The outbox: one row a webhook request (or file) with one or many actions. failures counts answered or failed
        -- attempts, not crashes; doubtful_since tells when the first attempt began that may have reached the receiver.
        CREATE TABLE message (
            key INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            run TEXT NOT NULL REFERENCES run(id),
            endpoint TEXT NOT NULL,
            position INTEGER NOT NULL,
            body_digest TEXT NOT NULL,
            actions INTEGER NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            failures INTEGER NOT NULL DEFAULT 0,
            doubtful_since INTEGER,
            next_at INTEGER NOT NULL,
            not_after INTEGER NOT NULL,
            claim TEXT,
            http_status INTEGER,
            code TEXT,
            finished_at INTEGER,
            -- The receiver's name of the message, such as a task's id.
            reference TEXT,
            -- The quiet windows that it keeps and the zone in which it does: QuietTerm.text.
            quiet TEXT,
            form TEXT NOT NULL DEFAULT 'payload' CHECK (form IN ('payload', 'attachment')),
            -- One line a state. No IN: SQLite builds a temporary tree of its list at every change of a row.
            CHECK (CASE state
                WHEN 'pending' THEN claim IS NULL AND finished_at IS NULL
                WHEN 'sending' THEN claim IS NOT NULL AND finished_at IS NULL
                WHEN 'delivered' THEN claim IS NULL AND finished_at IS NOT NULL
                WHEN 'retry' THEN claim IS NULL AND finished_at IS NULL
                WHEN 'awaiting' THEN claim IS NULL AND finished_at IS NULL
                WHEN 'in_doubt' THEN claim IS NULL AND finished_at IS NULL
                WHEN 'rejected' THEN claim IS NULL AND finished_at IS NOT NULL
                WHEN 'exhausted' THEN claim IS NULL AND finished_at IS NOT NULL
                WHEN 'cancelled' THEN claim IS NULL AND finished_at IS NOT NULL
                WHEN 'expired' THEN claim IS NULL AND finished_at IS NOT NULL
                WHEN 'withheld' THEN claim IS NULL AND finished_at IS NULL
                ELSE 0 END)
        ) STRICT;
        -- The state is in it so that counting does not read the messages.
        CREATE INDEX message_due ON message (endpoint, next_at, position, state) WHERE state IN ('pending', 'retry');
        CREATE INDEX message_expiry ON message (not_after) WHERE state IN ('pending', 'retry');
        -- The states in which few messages are.
        CREATE INDEX message_open ON message (state, endpoint, next_at)
            WHERE state = 'sending' OR state = 'awaiting' OR state = 'in_doubt';
        CREATE INDEX message_withheld ON message (not_after, run, endpoint) WHERE state = 'withheld';
        CREATE INDEX message_of_run ON message (run);

        -- Apart from the message, so that a change of its state does not write the body again.
        CREATE TABLE message_body (
            message INTEGER PRIMARY KEY REFERENCES message(key),
            body BLOB NOT NULL
        ) STRICT;

        -- Attempts that ended; one under way is in its message's row. Clustered by the message's number, not its id:
        -- attempts are appended.
        CREATE TABLE delivery_attempt (
            message INTEGER NOT NULL REFERENCES message(key),
            number INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER NOT NULL,
            left_us INTEGER CHECK (left_us BETWEEN 0 AND 1),
            http_status INTEGER,
            outcome TEXT NOT NULL,
            code TEXT NOT NULL,
            note TEXT,
            PRIMARY KEY (message, number)
        ) STRICT, WITHOUT ROWID;

        -- Under which id the receiver knows each action's person, where it may refuse single persons.
        CREATE TABLE message_recipient (
            message TEXT NOT NULL REFERENCES message(id),
            recipient TEXT NOT NULL,
            action_id TEXT NOT NULL,
            PRIMARY KEY (message, recipient, action_id)
        ) STRICT, WITHOUT ROWID;

        -- Single actions that a receiver refused although it took their message. subject is what the receiver named,
        -- which may stand for several actions; action_id is empty where it stands for none of the message.
        CREATE TABLE action_refusal (
            message TEXT NOT NULL REFERENCES message(id),
            subject TEXT NOT NULL,
            action_id TEXT NOT NULL,
            code TEXT NOT NULL,
            PRIMARY KEY (message, subject, action_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX action_refusal_of_action ON action_refusal (action_id);
        -- Actions that were taken back before they left; their message leaves without them.
        CREATE INDEX action_withdrawn ON action_refusal (message, action_id) WHERE code = 'withdrawn';

        -- How endpoints fare; no row for one of which nothing is known. Claims obey it. failures, probe and throttlings
        -- are counted here; every change of the other columns is in the audit trail. under_way counts the calls of an
        -- endpoint with rate limits that began and whose end is not recorded.
        CREATE TABLE endpoint_health (
            endpoint TEXT PRIMARY KEY,
            state TEXT NOT NULL CHECK (state IN ('closed', 'open', 'half_open', 'disabled')),
            since INTEGER,
            code TEXT,
            trips INTEGER NOT NULL,
            open_until INTEGER,
            held_since INTEGER,
            held_until INTEGER,
            hold_code TEXT,
            failures INTEGER NOT NULL,
            probe TEXT,
            throttlings INTEGER NOT NULL,
            under_way INTEGER NOT NULL CHECK (under_way >= 0),
            CHECK ((state = 'open') = (open_until IS NOT NULL)),
            CHECK (state = 'half_open' OR probe IS NULL),
            CHECK ((held_until IS NULL) = (held_since IS NULL) AND (held_until IS NULL) = (hold_code IS NULL))
        ) STRICT, WITHOUT ROWID;

        -- The recent calls of endpoints with rate limits, by the second in which they ended.
        CREATE TABLE rate_use (
            endpoint TEXT NOT NULL,
            at INTEGER NOT NULL,
            calls INTEGER NOT NULL CHECK (calls > 0),
            PRIMARY KEY (endpoint, at)
        ) STRICT, WITHOUT ROWID;

        -- Append-only; each row's hash covers the row and the hash before it within its run. subject names what the row
        -- is about; several messages to which the same happened, with spaces between.
        CREATE TABLE audit (
            run TEXT NOT NULL,
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail TEXT NOT NULL,
            hash BLOB NOT NULL,
            PRIMARY KEY (run, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
        CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
        """
}
