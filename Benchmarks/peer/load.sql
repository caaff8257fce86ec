-- Loads the CSV files as a careful person would: typed columns, and order_id unique (retier's guarantee).
-- Variable: folder.

CREATE TABLE member (member_id VARCHAR PRIMARY KEY, joined_at TIMESTAMP NOT NULL, birthday DATE, city VARCHAR,
    content_tag VARCHAR);
CREATE TABLE consent (member_id VARCHAR NOT NULL, channel VARCHAR NOT NULL, purpose VARCHAR NOT NULL,
    granted BOOLEAN NOT NULL, "at" TIMESTAMP NOT NULL);
CREATE TABLE member_order (order_id VARCHAR PRIMARY KEY, member_id VARCHAR NOT NULL, ordered_at TIMESTAMP NOT NULL,
    amount DECIMAL(12, 2) NOT NULL, category VARCHAR, channel VARCHAR, coupon VARCHAR, discount DECIMAL(12, 2),
    status VARCHAR);

INSERT INTO member SELECT * FROM read_csv(getvariable('folder') || '/members.csv', header = true, columns = {
    'member_id': 'VARCHAR', 'joined_at': 'TIMESTAMP', 'birthday': 'DATE', 'city': 'VARCHAR', 'content_tag': 'VARCHAR'});
INSERT INTO consent SELECT * FROM read_csv(getvariable('folder') || '/consents.csv', header = true, columns = {
    'member_id': 'VARCHAR', 'channel': 'VARCHAR', 'purpose': 'VARCHAR', 'granted': 'BOOLEAN', 'at': 'TIMESTAMP'});
INSERT INTO member_order SELECT * FROM read_csv(getvariable('folder') || '/orders.csv', header = true, columns = {
    'order_id': 'VARCHAR', 'member_id': 'VARCHAR', 'ordered_at': 'TIMESTAMP', 'amount': 'DECIMAL(12, 2)',
    'category': 'VARCHAR', 'channel': 'VARCHAR', 'coupon': 'VARCHAR', 'discount': 'DECIMAL(12, 2)',
    'status': 'VARCHAR'});

-- What refreshes write.
CREATE TABLE fact (run VARCHAR, member_id VARCHAR, joined DATE, first_purchase DATE, last_purchase DATE,
    previous_purchase DATE, purchase_days INTEGER, repeat_total DECIMAL(18, 2), window_days INTEGER, window_orders INTEGER,
    window_total DECIMAL(18, 2), window_coupon_orders INTEGER);
CREATE TABLE score (run VARCHAR, member_id VARCHAR, r_score TINYINT, f_score TINYINT, m_score TINYINT,
    segment TINYINT, rank_spend INTEGER, rank_frequency INTEGER, rank_recency INTEGER,
    rank_price_sensitivity INTEGER, composite INTEGER);
CREATE TABLE cut (tier INTEGER, entry_score INTEGER);
CREATE TABLE standing (member_id VARCHAR PRIMARY KEY, tier INTEGER, since DATE, pending_runs INTEGER, stage VARCHAR,
    composite INTEGER);
CREATE TABLE transition (run VARCHAR, member_id VARCHAR, kind VARCHAR, from_tier INTEGER, to_tier INTEGER,
    from_stage VARCHAR, to_stage VARCHAR);
CREATE TABLE action (run VARCHAR, member_id VARCHAR, playbook VARCHAR, channel VARCHAR, verdict VARCHAR,
    reason VARCHAR, day DATE);
