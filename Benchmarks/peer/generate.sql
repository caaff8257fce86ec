-- Writes members.csv, consents.csv and orders.csv. Everything is a function of row numbers and salts, so that the
-- same sizes give the same files whatever the thread count. Variables: members, orders, first_day, days, folder.

CREATE MACRO bits(salt, i) AS hash(i::BIGINT * 64 + salt);
CREATE MACRO share(salt, i) AS (bits(salt, i) >> 11)::DOUBLE / 9007199254740992.0;

-- When a member joined, how long they stay interested, and how keen they are (an exponential rate: order counts come
-- out negative-binomial). A third joined before the first day.
CREATE TABLE latent AS
SELECT i,
    CASE WHEN share(1, i) < 0.35 THEN -1 - floor(share(2, i) * 700)::INTEGER
        ELSE floor(share(2, i) * getvariable('days'))::INTEGER END AS joined,
    greatest(joined, 0) AS from_day,
    least(getvariable('days') - from_day, 20 + floor(-ln(1 - share(3, i)) * 700))::INTEGER AS active_days,
    round(-ln(1 - share(4, i)) * active_days * 1000)::BIGINT AS keenness
FROM range(getvariable('members')) AS rows(i);

CREATE TABLE counted AS
SELECT *, round(keenness::DOUBLE * getvariable('orders') / (SELECT sum(keenness) FROM latent))::INTEGER AS rounded
FROM latent;

SET VARIABLE missing = (SELECT getvariable('orders') - sum(rounded) FROM counted);

-- Rounding leaves a few orders over or short: they are given to, or taken from, members with several.
CREATE TABLE person AS
SELECT i, joined, from_day, active_days, rounded + coalesce(correction, 0) AS orders
FROM counted LEFT JOIN (
    SELECT i, CASE WHEN row_number() OVER (ORDER BY i) <= abs(getvariable('missing'))
        THEN sign(getvariable('missing')) ELSE 0 END::INTEGER AS correction
    FROM counted WHERE rounded >= 2
) USING (i);

COPY (
    SELECT printf('M%07d', i + 1) AS member_id,
        strftime(getvariable('first_day') + to_days(joined) + to_seconds(floor(share(5, i) * 86400)::INTEGER),
            '%Y-%m-%dT%H:%M:%SZ') AS joined_at,
        CASE WHEN share(6, i) < 0.7 THEN strftime(DATE '1960-01-01' + floor(share(7, i) * 16400)::INTEGER, '%Y-%m-%d')
            END AS birthday,
        ['上海', '北京', '杭州', '成都', '深圳', '广州', '武汉', '西安'][1 + (bits(8, i) % 8)::INTEGER] AS city,
        ['tea', 'coffee', 'skincare', 'gift'][1 + (bits(9, i) % 4)::INTEGER] AS content_tag
    FROM person ORDER BY i
) TO (getvariable('folder') || '/members.csv') (HEADER, DELIMITER ',');

COPY (
    SELECT printf('M%07d', i + 1) AS member_id, channel, 'marketing' AS purpose, (share(10, i * 3 + c) < 0.85) AS granted,
        strftime(getvariable('first_day') + to_days(joined) + to_seconds(86399), '%Y-%m-%dT%H:%M:%SZ') AS at
    FROM person, (VALUES (0, 'sms'), (1, 'wecom')) AS channels(c, channel)
    ORDER BY i, c
) TO (getvariable('folder') || '/consents.csv') (HEADER, DELIMITER ',');

-- In the order in which a shop would export them: by time.
COPY (
    WITH placed AS (
        SELECT i, i * 100003 + k AS n,
            getvariable('first_day') + to_seconds(
                ((from_day + CASE WHEN k = 0 THEN 0 ELSE floor(share(20, n) * active_days) END) * 86400
                + floor(share(21, n) * 86400))::BIGINT) AS moment
        FROM (SELECT i, from_day, active_days, unnest(range(orders)) AS k FROM person WHERE orders > 0)
    ), numbered AS (
        SELECT *, row_number() OVER (ORDER BY moment, n) AS position,
            -- About log-normal around 120.00, from 4.90 upwards.
            490 + floor(exp(7.2 + 1.1 * (share(22, i) + share(23, n) + share(24, n) + share(25, n))))::BIGINT AS cents,
            share(26, n) < power(share(27, i), 2) * 0.9 AS with_coupon
        FROM placed
    )
    SELECT printf('O%011d', position) AS order_id, printf('M%07d', i + 1) AS member_id,
        strftime(moment, '%Y-%m-%dT%H:%M:%SZ') AS ordered_at,
        (CASE WHEN share(28, n) < 0.02 THEN -cents ELSE cents END / 100.0)::DECIMAL(12, 2) AS amount,
        ['tea', 'coffee', 'skincare', 'gift', 'snack'][1 + (bits(29, n) % 5)::INTEGER] AS category,
        ['app', 'wechat', 'store', 'tmall'][1 + (bits(30, n) % 4)::INTEGER] AS channel,
        CASE WHEN with_coupon THEN printf('C%02d', (bits(31, n) % 40)::INTEGER) END AS coupon,
        CASE WHEN with_coupon THEN (cents // 10 / 100.0)::DECIMAL(12, 2) END AS discount,
        CASE WHEN share(28, n) < 0.02 THEN 'returned' ELSE 'paid' END AS status
    FROM numbered ORDER BY position
) TO (getvariable('folder') || '/orders.csv') (HEADER, DELIMITER ',');
