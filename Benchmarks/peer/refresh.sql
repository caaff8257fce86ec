-- One refresh: facts, tie-fair scores, segments, composite, tiers with the stability rule, transitions, actions; all
-- written to tables. Variables: run, as_of (DATE), window_from (DATE, first day of the window), next_midnight
-- (TIMESTAMP, UTC: the first moment after as_of in the brand's zone), zone_hours.

BEGIN;

-- Facts. A purchase day counts once, however many orders it has.
INSERT INTO fact
WITH purchase_day AS (
    SELECT member_id, (ordered_at + to_hours(getvariable('zone_hours')))::DATE AS day,
        sum(amount) AS total,
        sum(CASE WHEN amount >= 0 THEN amount ELSE 0 END) AS bought,
        sum((amount >= 0)::INTEGER) AS orders,
        sum((amount >= 0 AND (coupon IS NOT NULL OR discount > 0))::INTEGER) AS coupon_orders
    FROM member_order
    WHERE ordered_at < getvariable('next_midnight')
    GROUP BY ALL
), per_member AS (
    SELECT member_id,
        min(day) FILTER (orders > 0) AS first_purchase,
        max(day, 2) FILTER (orders > 0) AS last_two,
        count(*) FILTER (orders > 0) AS purchase_days,
        sum(bought) - min_by(bought, day) FILTER (orders > 0) AS repeat_total,
        count(*) FILTER (orders > 0 AND day >= getvariable('window_from')) AS window_days,
        sum(orders) FILTER (day >= getvariable('window_from')) AS window_orders,
        sum(total) FILTER (day >= getvariable('window_from')) AS window_total,
        sum(coupon_orders) FILTER (day >= getvariable('window_from')) AS window_coupon_orders
    FROM purchase_day GROUP BY member_id
)
SELECT getvariable('run'), m.member_id, (m.joined_at + to_hours(getvariable('zone_hours')))::DATE,
    d.first_purchase, d.last_two[1], d.last_two[2], coalesce(d.purchase_days, 0), coalesce(d.repeat_total, 0),
    coalesce(d.window_days, 0), coalesce(d.window_orders, 0), coalesce(d.window_total, 0),
    coalesce(d.window_coupon_orders, 0)
FROM member AS m LEFT JOIN per_member AS d USING (member_id)
WHERE m.joined_at < getvariable('next_midnight');

-- Ranks. One row a distinct value instead of a window over every member: equal values share one rank by construction.
CREATE TEMP TABLE scored AS
SELECT member_id, getvariable('as_of') - last_purchase AS r_days, window_days AS f_days,
    (window_total * 100)::BIGINT AS m_total,
    CASE WHEN window_orders = 0 THEN 0 ELSE window_coupon_orders / window_orders END AS coupon_share
FROM fact WHERE run = getvariable('run') AND last_purchase IS NOT NULL;

SET VARIABLE n = (SELECT count(*) FROM scored);

CREATE TEMP TABLE spend_rank AS
SELECT m_total, sum(c) OVER (ORDER BY m_total) - c AS worse, c AS equal
FROM (SELECT m_total, count(*) AS c FROM scored GROUP BY m_total);
CREATE TEMP TABLE frequency_rank AS
SELECT f_days, sum(c) OVER (ORDER BY f_days) - c AS worse, c AS equal
FROM (SELECT f_days, count(*) AS c FROM scored GROUP BY f_days);
CREATE TEMP TABLE recency_rank AS
SELECT r_days, sum(c) OVER (ORDER BY r_days DESC) - c AS worse, c AS equal
FROM (SELECT r_days, count(*) AS c FROM scored GROUP BY r_days);
CREATE TEMP TABLE price_rank AS
SELECT coupon_share, sum(c) OVER (ORDER BY coupon_share DESC) - c AS worse, c AS equal
FROM (SELECT coupon_share, count(*) AS c FROM scored GROUP BY coupon_share);

INSERT INTO score
WITH total AS (SELECT sum(r_days) AS r, sum(f_days) AS f, sum(m_total) AS m FROM scored),
ranked AS (
    SELECT s.*, r.worse AS r_worse, f.worse AS f_worse, m.worse AS m_worse,
        (2 * m.worse + m.equal) * 1000000 // (2 * getvariable('n')) AS spend,
        (2 * f.worse + f.equal) * 1000000 // (2 * getvariable('n')) AS frequency,
        (2 * r.worse + r.equal) * 1000000 // (2 * getvariable('n')) AS recency,
        (2 * p.worse + p.equal) * 1000000 // (2 * getvariable('n')) AS price
    FROM scored AS s JOIN spend_rank AS m USING (m_total) JOIN frequency_rank AS f USING (f_days)
        JOIN recency_rank AS r USING (r_days) JOIN price_rank AS p USING (coupon_share)
)
SELECT getvariable('run'), member_id, 1 + 5 * r_worse // getvariable('n'), 1 + 5 * f_worse // getvariable('n'),
    1 + 5 * m_worse // getvariable('n'),
    (m_total * getvariable('n') > total.m)::INTEGER * 4 + (r_days * getvariable('n') < total.r)::INTEGER * 2
        + (f_days * getvariable('n') > total.f)::INTEGER,
    spend, frequency, recency, price, (40 * spend + 30 * frequency + 20 * recency + 10 * price) // 100
FROM ranked, total;

-- Cuts are learned once, from the first refresh, and then frozen: the score of the k-th best, a share rounded up.
INSERT INTO cut
SELECT l.tier, CASE WHEN l.share = 10000 THEN 0 ELSE r.composite END
FROM ladder AS l LEFT JOIN (
    SELECT composite, row_number() OVER (ORDER BY composite DESC) AS position
    FROM score WHERE run = getvariable('run')
) AS r ON r.position = (getvariable('n') * l.share::BIGINT + 9999) // 10000
WHERE NOT EXISTS (FROM cut);

-- Up at once; down one tier, and only below 90 % of the entry cut in two runs.
CREATE TEMP TABLE placed AS
WITH current AS (
    SELECT f.member_id, coalesce(s.composite, 0) AS composite, o.tier AS from_tier, o.since, o.stage AS from_stage,
        o.composite AS composite_before, o.pending_runs AS pending_before,
        f.last_purchase, f.previous_purchase, f.first_purchase,
        CASE WHEN s.composite IS NULL THEN (SELECT max(tier) FROM cut)
            ELSE (SELECT min(tier) FROM cut WHERE s.composite >= entry_score) END AS raw_tier,
        (SELECT entry_score FROM cut WHERE tier = o.tier) AS held_cut,
        getvariable('as_of') - coalesce(f.last_purchase, f.joined) AS silent_days
    FROM fact AS f
        LEFT JOIN score AS s ON s.run = f.run AND s.member_id = f.member_id
        LEFT JOIN standing AS o ON o.member_id = f.member_id
    WHERE f.run = getvariable('run')
), counted AS (
    SELECT *, CASE WHEN raw_tier > from_tier AND composite * 10 < held_cut * 9 THEN pending_before + 1
        ELSE 0 END AS below
    FROM current
)
SELECT *,
    CASE WHEN raw_tier > from_tier THEN CASE WHEN below >= 2 THEN from_tier + 1 ELSE from_tier END
        ELSE raw_tier END AS tier,
    CASE WHEN silent_days >= 365 THEN 'lost' WHEN silent_days >= 90 THEN 'dormant'
        WHEN silent_days >= 60 THEN 'cooling'
        WHEN last_purchase IS NULL THEN CASE WHEN silent_days < 30 THEN 'new' ELSE 'active' END
        WHEN silent_days < 30 AND last_purchase - previous_purchase >= 90 THEN 'returned'
        WHEN getvariable('as_of') - first_purchase < 30 THEN 'new' ELSE 'active' END AS stage
FROM counted;

INSERT INTO transition
SELECT getvariable('run'), member_id, unnest(list_filter([
        CASE WHEN from_tier IS NULL THEN 'enrolled' WHEN tier < from_tier THEN 'promoted'
            WHEN tier > from_tier THEN 'demoted'
            WHEN raw_tier > from_tier AND composite_before >= held_cut THEN 'slid' END,
        CASE WHEN from_stage <> stage AND stage IN ('dormant', 'lost') AND from_stage <> 'lost' THEN 'lapsed'
            WHEN from_stage IN ('dormant', 'lost') AND stage NOT IN ('dormant', 'lost')
                AND last_purchase IS NOT NULL THEN 'returned' END
    ], lambda kind: kind IS NOT NULL)), from_tier, tier, from_stage, stage
FROM placed;

INSERT OR REPLACE INTO standing
SELECT member_id, tier, CASE WHEN tier = from_tier THEN since ELSE getvariable('as_of') END,
    CASE WHEN tier = from_tier THEN below ELSE 0 END, stage, composite
FROM placed;

-- Actions: the shipped playbooks of a refresh, as set-based inserts. Distance to the next tier first: the spend and the
-- purchase days whose rank would lift the composite to the core's cut, all else equal.
CREATE TEMP TABLE near AS
WITH lacking AS (
    SELECT s.member_id, f.window_total, f.window_days,
        ceil(2.0 * getvariable('n') * ceil((c.entry_score * 100 - 30 * s.rank_frequency - 20 * s.rank_recency
            - 10 * s.rank_price_sensitivity) / 40) / 1000000) AS spend_position,
        ceil(2.0 * getvariable('n') * ceil((c.entry_score * 100 - 40 * s.rank_spend - 20 * s.rank_recency
            - 10 * s.rank_price_sensitivity) / 30) / 1000000) AS frequency_position
    FROM placed AS p JOIN score AS s ON s.member_id = p.member_id AND s.run = getvariable('run')
        JOIN fact AS f ON f.member_id = p.member_id AND f.run = getvariable('run'), cut AS c
    WHERE p.tier = 1 AND c.tier = 0 AND p.silent_days <= 60 AND p.last_purchase IS NOT NULL
)
SELECT l.member_id
FROM lacking AS l
    ASOF JOIN (SELECT m_total, (2 * (worse + equal) - 1)::DOUBLE AS position FROM spend_rank) AS m
        ON l.spend_position <= m.position
    ASOF JOIN (SELECT f_days, (2 * (worse + equal) - 1)::DOUBLE AS position FROM frequency_rank) AS d
        ON l.frequency_position <= d.position
WHERE m.m_total / 100 - l.window_total <= 1000 AND d.f_days - l.window_days <= 3;

CREATE TEMP TABLE moved AS SELECT * FROM transition WHERE run = getvariable('run');

CREATE TEMP TABLE candidate AS
SELECT member_id, playbook, step.channel, step.later, priority, once_days, holdout
FROM (
    SELECT member_id, 'core-welcome' AS playbook, 110 AS priority, 365 AS once_days, 0 AS holdout,
        [{'channel': 'wecom', 'later': false}, {'channel': 'service-desk', 'later': false}] AS steps
    FROM moved WHERE kind IN ('enrolled', 'promoted') AND to_tier = 0
    UNION ALL
    SELECT member_id, 'core-win-back', 140, 182, 10,
        [{'channel': 'crm', 'later': false}, {'channel': 'service-desk', 'later': true}]
    FROM moved WHERE kind = 'demoted' AND from_tier = 0
    UNION ALL
    SELECT member_id, 'value-slide-warning', 130, 60, 10,
        [{'channel': 'service-desk', 'later': false}, {'channel': 'wecom', 'later': true}]
    FROM moved WHERE kind = 'slid' AND to_tier = 0
    UNION ALL
    SELECT member_id, 'new-potential-story', 230, 365, 0,
        [{'channel': 'wecom', 'later': false}, {'channel': 'wecom', 'later': true}]
    FROM moved WHERE kind IN ('enrolled', 'promoted') AND to_tier = 1
    UNION ALL
    SELECT member_id, 'upgrade-task', 210, 61, 10, [{'channel': 'wecom', 'later': false}] FROM near
    UNION ALL
    SELECT p.member_id, 'silent-class-a', 220, 91, 10,
        [{'channel': 'sms', 'later': false}, {'channel': 'wecom', 'later': true},
            {'channel': 'service-desk', 'later': true}]
    FROM placed AS p JOIN score AS s ON s.member_id = p.member_id AND s.run = getvariable('run')
    WHERE p.silent_days >= 90 AND s.segment IN (4, 5) AND p.tier <> 0
    UNION ALL
    SELECT p.member_id, 'silent-others', 320, 182, 20, [{'channel': 'sms', 'later': false}]
    FROM placed AS p JOIN score AS s ON s.member_id = p.member_id AND s.run = getvariable('run')
    WHERE p.silent_days BETWEEN 90 AND 365 AND s.segment IN (0, 1)
) CROSS JOIN unnest(steps) AS each(step);

INSERT INTO action
WITH consented AS (
    SELECT member_id, channel, arg_max(granted, "at") AS granted FROM consent
    WHERE purpose = 'marketing' AND "at" < getvariable('next_midnight') GROUP BY ALL
), entered AS (
    SELECT member_id, playbook, max(day) AS day FROM action WHERE verdict = 'send' GROUP BY ALL
), recent AS (
    SELECT member_id, channel, count(*) AS sends FROM action
    WHERE verdict = 'send' AND day > getvariable('as_of') - 7 GROUP BY ALL
), judged AS (
    SELECT c.*, coalesce(r.sends, 0) AS sends,
        CASE WHEN c.channel <> 'service-desk' AND coalesce(w.granted, false) = false THEN 'no-consent'
            WHEN e.day + c.once_days > getvariable('as_of') THEN 'once-per'
            WHEN hash(c.playbook || c.member_id) % 100 < c.holdout THEN 'control-group'
            WHEN c.later THEN 'later-step' END AS reason
    FROM candidate AS c
        LEFT JOIN consented AS w ON w.member_id = c.member_id AND w.channel = c.channel
        LEFT JOIN entered AS e ON e.member_id = c.member_id AND e.playbook = c.playbook
        LEFT JOIN recent AS r ON r.member_id = c.member_id AND r.channel = c.channel
), placed_in_cap AS (
    SELECT *, row_number() OVER (PARTITION BY member_id, channel, reason IS NULL ORDER BY priority) + sends AS place,
        CASE channel WHEN 'wecom' THEN 3 ELSE 2 END AS cap
    FROM judged
)
SELECT getvariable('run'), member_id, playbook, channel,
    CASE WHEN reason IN ('no-consent', 'once-per') THEN 'suppress' WHEN reason = 'control-group' THEN 'hold_out'
        WHEN reason IS NOT NULL OR place > cap THEN 'defer' ELSE 'send' END,
    coalesce(reason, CASE WHEN place > cap THEN 'frequency-cap' ELSE 'selected' END), getvariable('as_of')
FROM placed_in_cap;

COMMIT;
