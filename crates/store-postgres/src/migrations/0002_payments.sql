-- Schema 2: payments at pages of the provider, refunds, notices, and payments that an operator must look at.

-- How the money is asked for: free, token, or checkout.
ALTER TABLE bookings ADD COLUMN method text NOT NULL DEFAULT 'token';
-- The provider's name for the payment.
ALTER TABLE bookings ADD COLUMN reference text;
-- Where the payer must go to.
ALTER TABLE bookings ADD COLUMN redirect_url text;
-- Why its steps are no longer tried: an operator must look.
ALTER TABLE bookings ADD COLUMN trouble text;
-- How often the provider has told of news.
ALTER TABLE bookings ADD COLUMN notices bigint NOT NULL DEFAULT 0;

-- `status` is now also action, partly_refunded or refunded; `cleanup` also look (ask the provider what money
-- there is) or refund (refunds are due).
DROP INDEX bookings_unfinished;
CREATE INDEX bookings_unfinished ON bookings (created_at)
    WHERE status IN ('pending', 'action', 'booked') OR cleanup <> 'none';
-- What an operator must look at.
CREATE INDEX bookings_troubled ON bookings (created_at) WHERE trouble IS NOT NULL;

-- Money owed for seats that were taken back.
CREATE TABLE refunds (
    event      bigint NOT NULL,
    version    bigint NOT NULL,     -- of its `refunded` entry
    attempt    bigint NOT NULL,     -- the booking it belongs to
    amount     bigint NOT NULL,
    created_at bigint NOT NULL,
    done       boolean NOT NULL,    -- whether the provider has taken it on
    reference  text,                -- the provider's name for it
    PRIMARY KEY (event, version)
) PARTITION BY RANGE (event);
CREATE INDEX refunds_by_attempt ON refunds (event, attempt);

-- What the provider has told of: told again, it changes nothing.
CREATE TABLE notices (
    event       bigint NOT NULL,
    id          text NOT NULL,      -- the provider's
    received_at bigint NOT NULL,
    PRIMARY KEY (event, id)
) PARTITION BY RANGE (event);

-- How much of a charge has been given back.
ALTER TABLE charges ADD COLUMN refunded bigint NOT NULL DEFAULT 0;

-- The months that are there get their partitions of the new tables.
DO $$
DECLARE
    part text;
    month bigint;
BEGIN
    FOR part IN SELECT tablename FROM pg_catalog.pg_tables
        WHERE schemaname = 'boxoffice' AND tablename ~ '^charges_[0-9]+$' LOOP
        month := substring(part FROM '[0-9]+$')::bigint;
        EXECUTE format('CREATE TABLE refunds_%s PARTITION OF refunds FOR VALUES FROM (%s) TO (%s)',
                       month, month * 1000000, (month + 1) * 1000000);
        EXECUTE format('CREATE TABLE notices_%s PARTITION OF notices FOR VALUES FROM (%s) TO (%s)',
                       month, month * 1000000, (month + 1) * 1000000);
    END LOOP;
END $$;

-- As before, with the new tables and statuses.
CREATE OR REPLACE FUNCTION detach_month(month bigint) RETURNS void LANGUAGE plpgsql
SET search_path = boxoffice, pg_temp AS $$
DECLARE
    lowest bigint := month * 1000000;
    behind bigint := (month + 1) * 1000000;
    tables text[] := ARRAY['heads', 'ledger', 'snapshots', 'snapshot_pieces', 'bookings', 'tickets',
                           'charges', 'refunds', 'notices'];
    name   text;
BEGIN
    -- No batch is under way from here on, and none begins.
    EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', 'heads_' || month);
    SELECT id INTO name FROM events WHERE number >= lowest AND number < behind
        AND (document::json ->> 'date')::timestamptz > now() LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'event % of % is still to come', name, month;
    END IF;
    IF EXISTS (SELECT 1 FROM heads WHERE event >= lowest AND event < behind AND held > 0) THEN
        RAISE EXCEPTION 'seats of % are still held', month;
    END IF;
    IF EXISTS (SELECT 1 FROM bookings WHERE event >= lowest AND event < behind
               AND (status IN ('pending', 'action', 'booked') OR cleanup <> 'none')) THEN
        RAISE EXCEPTION 'payments of % are still under way', month;
    END IF;
    CREATE SCHEMA IF NOT EXISTS boxoffice_archive;
    EXECUTE format('CREATE TABLE boxoffice_archive.events_%s AS
                    SELECT * FROM events WHERE number >= %s AND number < %s', month, lowest, behind);
    DELETE FROM events WHERE number >= lowest AND number < behind;
    INSERT INTO archived_months VALUES (month);
    FOREACH name IN ARRAY tables LOOP
        EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', name, name || '_' || month);
        EXECUTE format('ALTER TABLE %I SET SCHEMA boxoffice_archive', name || '_' || month);
    END LOOP;
END $$;
