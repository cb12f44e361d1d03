-- Schema 1: what a box office remembers. Numbers are SQLite integers: unsigned ones of 64 bits keep
-- their bits, times are microseconds since 1970 (UTC), amounts are in minor units of the currency.
-- An event is named by its number everywhere (yyyymm of its date at first import, then six digits).

-- The keys of the box office, made with the file. The highest id is the one in use.
CREATE TABLE keys (
    id      INTEGER PRIMARY KEY,    -- names the generation in tokens
    server  BLOB NOT NULL,          -- 32 bytes; seals the ids of reservations and bookings
    session BLOB NOT NULL,          -- 32 bytes; signs session tokens
    ticket  BLOB NOT NULL           -- 32 bytes; seals barcodes
) STRICT;

-- One row about the whole file.
CREATE TABLE state (
    id                 INTEGER PRIMARY KEY CHECK (id = 1),
    catalogue_revision INTEGER NOT NULL,    -- rises by one with every transaction that publishes
    probes             INTEGER NOT NULL,    -- rises when a write is tried out
    room               BLOB NOT NULL        -- zeros that such a write rewrites, as much as a batch
) STRICT;
INSERT INTO state (id, catalogue_revision, probes, room) VALUES (1, 0, 0, x'');

-- What was published together. One without a revision is being made ready, and is shown to nobody.
CREATE TABLE publications (
    id       INTEGER PRIMARY KEY,
    revision INTEGER                    -- of the catalogue, since when its events are shown
) STRICT;
CREATE INDEX publications_by_revision ON publications (revision);

-- Events as the catalogue has them.
CREATE TABLE events (
    number    INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,     -- the catalogue's own
    plan      BLOB NOT NULL,            -- 32 bytes: content hash of the seating plan
    document  TEXT NOT NULL,            -- JSON; only the catalogue knows its shape
    owner_key BLOB NOT NULL,            -- 32 bytes; hashes the owners in this event's ledger
    publication INTEGER NOT NULL REFERENCES publications (id)   -- the last that wrote this row
) STRICT;
CREATE INDEX events_by_publication ON events (publication);

-- Seating plans by content hash. A row here says that all pieces are there.
CREATE TABLE plans (
    hash   BLOB PRIMARY KEY,        -- 32 bytes
    pieces INTEGER NOT NULL,
    bytes  INTEGER NOT NULL         -- of all pieces together
) STRICT;

-- The pieces, each written in a short transaction of its own so that no lane waits for a plan.
CREATE TABLE plan_pieces (
    hash  BLOB NOT NULL,
    piece INTEGER NOT NULL,         -- from 0
    bytes BLOB NOT NULL,
    PRIMARY KEY (hash, piece)
) STRICT;

-- Where each ledger stands, with what is derived from it.
CREATE TABLE heads (
    event     INTEGER PRIMARY KEY REFERENCES events (number),
    version   INTEGER NOT NULL,     -- of the last entry; 0 of an empty ledger
    head      BLOB NOT NULL,        -- 32 bytes: the hash chain at that version
    available INTEGER NOT NULL,     -- seats
    held      INTEGER NOT NULL,     -- seats
    booked    INTEGER NOT NULL,     -- seats
    blocked   INTEGER NOT NULL,     -- seats
    next_due  INTEGER               -- when the next reservation runs out; NULL: none can
) STRICT;
CREATE INDEX heads_by_due ON heads (next_due) WHERE next_due IS NOT NULL;

-- The ledgers: append-only, and the only truth about seats. No personal data, no foreign key (each
-- append proves the event by its row in heads), no index on anything random.
CREATE TABLE ledger (
    event       INTEGER NOT NULL,
    version     INTEGER NOT NULL,   -- from 1, without gaps
    first       INTEGER,            -- the reservation that the entry continues, by the version that
                                    -- began it; NULL for its beginning and for all others
    check_bytes BLOB NOT NULL,      -- 8 bytes: the beginning of the chain's hash at this version
    body        BLOB NOT NULL,      -- the encoded entry
    PRIMARY KEY (event, version)
) STRICT, WITHOUT ROWID;
-- A reservation's later entries. Holds carry NULL and are not in it: a hold costs one row.
CREATE INDEX ledger_by_first ON ledger (event, first) WHERE first IS NOT NULL;

-- Inventories as bytes: a cache that may be emptied at will.
CREATE TABLE snapshots (
    event   INTEGER PRIMARY KEY,
    version INTEGER NOT NULL        -- of the ledger
) STRICT;
CREATE TABLE snapshot_pieces (
    event   INTEGER NOT NULL,
    version INTEGER NOT NULL,
    piece   INTEGER NOT NULL,       -- from 0, without gaps
    bytes   BLOB NOT NULL,
    PRIMARY KEY (event, version, piece)
) STRICT, WITHOUT ROWID;

-- Attempts to pay. The only table with personal data: email, name, attendees.
CREATE TABLE bookings (
    event           INTEGER NOT NULL,
    attempt         INTEGER NOT NULL,   -- the version of its `paying` entry
    first           INTEGER NOT NULL,   -- the reservation it pays for
    nonce           INTEGER NOT NULL,   -- of its batch: gives the booking's id with the server's key
    secret          BLOB NOT NULL,      -- 32 bytes: proves the booking's id
    idempotency_key BLOB NOT NULL,      -- 16 bytes, hashed
    request         BLOB NOT NULL,      -- 16 bytes: hash of the request that came with the key
    provider        TEXT NOT NULL,      -- which payment provider is asked
    email           TEXT,
    name            TEXT,
    attendees       TEXT,               -- JSON
    amount          INTEGER NOT NULL,
    currency        TEXT NOT NULL,      -- ISO 4217
    created_at      INTEGER NOT NULL,
    limit_at        INTEGER NOT NULL,   -- when it is void unless it has ended
    status          TEXT NOT NULL,      -- pending, booked, confirmed, declined, voided, cancelled
    decline_code    TEXT,               -- the provider's word for why not
    cleanup         TEXT NOT NULL,      -- none, or void: give back what may be authorised
    receipt_version INTEGER,            -- of its `booked` entry
    receipt_head    BLOB,               -- 32 bytes: the chain's hash at that version
    PRIMARY KEY (event, attempt)
) STRICT, WITHOUT ROWID;
-- What still needs a step: small, however many bookings there are.
CREATE INDEX bookings_unfinished ON bookings (created_at)
    WHERE status IN ('pending', 'booked') OR cleanup <> 'none';

-- Sold seats. The key is the second proof that no seat is sold twice.
CREATE TABLE tickets (
    event   INTEGER NOT NULL,
    seat    INTEGER NOT NULL,       -- index in the event's seating plan
    attempt INTEGER NOT NULL,       -- the booking that paid for it
    PRIMARY KEY (event, seat),
    FOREIGN KEY (event, attempt) REFERENCES bookings (event, attempt)
) STRICT, WITHOUT ROWID;

-- Charges at the built-in test provider, which has no other memory.
CREATE TABLE charges (
    event        INTEGER NOT NULL,
    attempt      INTEGER NOT NULL,  -- with the event: the provider's idempotency key
    token        TEXT NOT NULL,     -- the test token it was made with
    amount       INTEGER NOT NULL,
    currency     TEXT NOT NULL,
    status       TEXT NOT NULL,     -- authorized, captured, voided, declined
    decline_code TEXT,
    PRIMARY KEY (event, attempt)
) STRICT, WITHOUT ROWID;
