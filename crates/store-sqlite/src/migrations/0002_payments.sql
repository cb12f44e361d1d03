-- Schema 2: payments at pages of the provider, refunds, notices, and payments that an operator must look at.

-- How the money is asked for: free, token, or checkout.
ALTER TABLE bookings ADD COLUMN method TEXT NOT NULL DEFAULT 'token';
-- The provider's name for the payment.
ALTER TABLE bookings ADD COLUMN reference TEXT;
-- Where the payer must go to.
ALTER TABLE bookings ADD COLUMN redirect_url TEXT;
-- Why its steps are no longer tried: an operator must look.
ALTER TABLE bookings ADD COLUMN trouble TEXT;
-- How often the provider has told of news.
ALTER TABLE bookings ADD COLUMN notices INTEGER NOT NULL DEFAULT 0;

-- `status` is now also action, partly_refunded or refunded; `cleanup` also look (ask the provider what money
-- there is) or refund (refunds are due).
DROP INDEX bookings_unfinished;
CREATE INDEX bookings_unfinished ON bookings (created_at)
    WHERE status IN ('pending', 'action', 'booked') OR cleanup <> 'none';
-- What an operator must look at.
CREATE INDEX bookings_troubled ON bookings (created_at) WHERE trouble IS NOT NULL;

-- Money owed for seats that were taken back.
CREATE TABLE refunds (
    event      INTEGER NOT NULL,
    version    INTEGER NOT NULL,    -- of its `refunded` entry
    attempt    INTEGER NOT NULL,    -- the booking it belongs to
    amount     INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    done       INTEGER NOT NULL,    -- whether the provider has taken it on: 0 or 1
    reference  TEXT,                -- the provider's name for it
    PRIMARY KEY (event, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX refunds_by_attempt ON refunds (event, attempt);

-- What the provider has told of: told again, it changes nothing.
CREATE TABLE notices (
    event       INTEGER NOT NULL,
    id          TEXT NOT NULL,      -- the provider's
    received_at INTEGER NOT NULL,
    PRIMARY KEY (event, id)
) STRICT, WITHOUT ROWID;

-- How much of a charge has been given back.
ALTER TABLE charges ADD COLUMN refunded INTEGER NOT NULL DEFAULT 0;
