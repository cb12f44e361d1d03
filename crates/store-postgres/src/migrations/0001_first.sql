-- Schema 1: what a box office remembers, in a schema of its own (`boxoffice`). Unsigned numbers of 64
-- bits keep their bits in a bigint, times are microseconds since 1970 (UTC), amounts are in minor units
-- of the currency. An event is named by its number everywhere (yyyymm of its date at first import, then
-- six digits): what belongs to events is partitioned by it, a month a partition (`partitions.rs`), so
-- that a month that is over can be detached whole.

-- The keys of the box office, made with the store. The highest id is the one in use.
CREATE TABLE keys (
    id      integer PRIMARY KEY,    -- names the generation in tokens
    server  bytea NOT NULL,         -- 32 bytes; seals the ids of reservations and bookings
    session bytea NOT NULL,         -- 32 bytes; signs session tokens
    ticket  bytea NOT NULL          -- 32 bytes; seals barcodes
);

-- One row about the whole store.
CREATE TABLE state (
    id                 integer PRIMARY KEY CHECK (id = 1),
    catalogue_revision bigint NOT NULL,     -- rises by one with every transaction that publishes
    probes             bigint NOT NULL      -- written to see whether writing is possible
);
INSERT INTO state (id, catalogue_revision, probes) VALUES (1, 0, 0);

-- What was published together. One without a revision is being made ready, and is shown to nobody.
CREATE SEQUENCE publication_ids;
CREATE TABLE publications (
    id       bigint PRIMARY KEY,
    revision bigint                 -- of the catalogue, since when its events are shown
);
CREATE INDEX publications_by_revision ON publications (revision);

-- Events as the catalogue has them.
CREATE TABLE events (
    number      bigint PRIMARY KEY,
    id          text NOT NULL UNIQUE,   -- the catalogue's own
    plan        bytea NOT NULL,         -- 32 bytes: content hash of the seating plan
    document    text NOT NULL,          -- JSON; only the catalogue knows its shape
    owner_key   bytea NOT NULL,         -- 32 bytes; hashes the owners in this event's ledger
    publication bigint NOT NULL REFERENCES publications (id)    -- the last that wrote this row
);
CREATE INDEX events_by_publication ON events (publication);

-- Seating plans by content hash. A row here says that all pieces are there.
CREATE TABLE plans (
    hash   bytea PRIMARY KEY,       -- 32 bytes
    pieces integer NOT NULL
);
CREATE TABLE plan_pieces (
    hash  bytea NOT NULL,
    piece integer NOT NULL,         -- from 0
    bytes bytea NOT NULL,
    PRIMARY KEY (hash, piece)
);

-- Where each ledger stands, with what is derived from it. Its row is the lock of the event.
CREATE TABLE heads (
    event     bigint PRIMARY KEY,
    version   bigint NOT NULL,      -- of the last entry; 0 of an empty ledger
    head      bytea NOT NULL,       -- 32 bytes: the hash chain at that version
    available bigint NOT NULL,      -- seats
    held      bigint NOT NULL,      -- seats
    booked    bigint NOT NULL,      -- seats
    blocked   bigint NOT NULL,      -- seats
    next_due  bigint                -- when the next reservation runs out; NULL: none can
) PARTITION BY RANGE (event);
CREATE INDEX heads_by_due ON heads (next_due) WHERE next_due IS NOT NULL;

-- The ledgers: append-only, and the only truth about seats. No personal data, no index on anything
-- random, no dead rows.
CREATE TABLE ledger (
    event       bigint NOT NULL,
    version     bigint NOT NULL,    -- from 1, without gaps
    first       bigint,             -- the reservation that the entry continues, by the version that
                                    -- began it; NULL for its beginning and for all others
    check_bytes bytea NOT NULL,     -- 8 bytes: the beginning of the chain's hash at this version
    body        bytea NOT NULL,     -- the encoded entry
    PRIMARY KEY (event, version)
) PARTITION BY RANGE (event);
-- A reservation's later entries. Holds carry NULL and are not in it: a hold costs one row.
CREATE INDEX ledger_by_first ON ledger (event, first) WHERE first IS NOT NULL;

-- Inventories as bytes: a cache that may be emptied at will.
CREATE TABLE snapshots (
    event   bigint PRIMARY KEY,
    version bigint NOT NULL         -- of the ledger
) PARTITION BY RANGE (event);
CREATE TABLE snapshot_pieces (
    event   bigint NOT NULL,
    version bigint NOT NULL,
    piece   integer NOT NULL,       -- from 0, without gaps
    bytes   bytea NOT NULL,
    PRIMARY KEY (event, version, piece)
) PARTITION BY RANGE (event);

-- Attempts to pay. The only table with personal data: email, name, attendees.
CREATE TABLE bookings (
    event           bigint NOT NULL,
    attempt         bigint NOT NULL,    -- the version of its `paying` entry
    first           bigint NOT NULL,    -- the reservation it pays for
    nonce           bigint NOT NULL,    -- of its batch: gives the booking's id with the server's key
    secret          bytea NOT NULL,     -- 32 bytes: proves the booking's id
    idempotency_key bytea NOT NULL,     -- 16 bytes, hashed
    request         bytea NOT NULL,     -- 16 bytes: hash of the request that came with the key
    provider        text NOT NULL,      -- which payment provider is asked
    email           text,
    name            text,
    attendees       text,               -- JSON
    amount          bigint NOT NULL,
    currency        text NOT NULL,      -- ISO 4217
    created_at      bigint NOT NULL,
    limit_at        bigint NOT NULL,    -- when it is void unless it has ended
    status          text NOT NULL,      -- pending, booked, confirmed, declined, voided, cancelled
    decline_code    text,               -- the provider's word for why not
    cleanup         text NOT NULL,      -- none, or void: give back what may be authorised
    receipt_version bigint,             -- of its `booked` entry
    receipt_head    bytea,              -- 32 bytes: the chain's hash at that version
    tended_by       bigint NOT NULL,    -- the node that takes its steps, by its random number
    tended_until    bigint NOT NULL,    -- from then on any node may take them over; server's time
    PRIMARY KEY (event, attempt)
) PARTITION BY RANGE (event);
-- What still needs a step: small, however many bookings there are.
CREATE INDEX bookings_unfinished ON bookings (created_at)
    WHERE status IN ('pending', 'booked') OR cleanup <> 'none';

-- Sold seats. The key is the second proof that no seat is sold twice.
CREATE TABLE tickets (
    event   bigint NOT NULL,
    seat    bigint NOT NULL,        -- index in the event's seating plan
    attempt bigint NOT NULL,        -- the booking that paid for it
    PRIMARY KEY (event, seat)
) PARTITION BY RANGE (event);

-- Charges at the built-in test provider, which has no other memory.
CREATE TABLE charges (
    event        bigint NOT NULL,
    attempt      bigint NOT NULL,   -- with the event: the provider's idempotency key
    token        text NOT NULL,     -- the test token it was made with
    amount       bigint NOT NULL,
    currency     text NOT NULL,
    status       text NOT NULL,     -- authorized, captured, voided, declined
    decline_code text,
    PRIMARY KEY (event, attempt)
) PARTITION BY RANGE (event);

-- Months that were taken out of the store: their numbers are not given again.
CREATE TABLE archived_months (
    month bigint PRIMARY KEY        -- yyyymm
);

-- Takes a month that is over out of the store, into a schema of its own (`boxoffice_archive`): its partitions
-- become tables there, as does what the catalogue has of its events (`events_YYYYMM`). Nothing of other months
-- is rewritten. Refuses while something of the month may still change: an event is to come (one that was
-- postponed keeps the number of its first month), seats are held, a payment is under way.
CREATE FUNCTION detach_month(month bigint) RETURNS void LANGUAGE plpgsql
SET search_path = boxoffice, pg_temp AS $$
DECLARE
    lowest bigint := month * 1000000;
    behind bigint := (month + 1) * 1000000;
    tables text[] := ARRAY['heads', 'ledger', 'snapshots', 'snapshot_pieces', 'bookings', 'tickets',
                           'charges'];
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
               AND (status IN ('pending', 'booked') OR cleanup <> 'none')) THEN
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
