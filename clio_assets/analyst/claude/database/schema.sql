-- HOME/private/answers/answers.sqlite. Digests are raw bytes.

-- One row per request that was answered. `subject` is empty for a question about a group.
CREATE TABLE answers (
    digest BLOB PRIMARY KEY,
    verb TEXT NOT NULL,
    model TEXT NOT NULL,
    stop_reason TEXT NOT NULL,
    text TEXT NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cache_read_tokens INTEGER NOT NULL,
    cache_write_tokens INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    subject BLOB NOT NULL,
    partition TEXT NOT NULL,
    asked_at INTEGER NOT NULL
) STRICT;
CREATE INDEX answers_by_subject ON answers (subject);
CREATE INDEX answers_by_partition ON answers (partition);

-- One row per reply that was paid for; numbers only, so that it may outlive every erasure.
-- `priced` is 0 where the price table did not know the model.
CREATE TABLE ledger (
    at INTEGER NOT NULL,
    stage TEXT NOT NULL,
    partition TEXT NOT NULL,
    verb TEXT NOT NULL,
    model TEXT NOT NULL,
    batch INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cache_read_tokens INTEGER NOT NULL,
    cache_write_tokens INTEGER NOT NULL,
    microdollars INTEGER NOT NULL,
    priced INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_unpriced ON ledger (model) WHERE priced = 0;

-- The sum of the ledger, kept beside it because every call under a budget looks at it.
CREATE TABLE total (microdollars INTEGER NOT NULL) STRICT;
INSERT INTO total VALUES (0);
CREATE TRIGGER ledger_grows AFTER INSERT ON ledger BEGIN
    UPDATE total SET microdollars = microdollars + NEW.microdollars;
END;
CREATE TRIGGER ledger_changes AFTER UPDATE OF microdollars ON ledger BEGIN
    UPDATE total SET microdollars = microdollars + NEW.microdollars - OLD.microdollars;
END;

-- What the live calls of a process may still cost.
CREATE TABLE reservations (process TEXT PRIMARY KEY, microdollars INTEGER NOT NULL) STRICT;

-- Batches. `api_id` is NULL until the server has named one; `reserved` is what its requests may
-- still cost; `forgotten` counts requests that were struck out since.
CREATE TABLE batches (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    api_id TEXT,
    server TEXT NOT NULL,
    process TEXT NOT NULL,
    stage TEXT NOT NULL,
    partition TEXT NOT NULL,
    requests INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    forgotten INTEGER NOT NULL DEFAULT 0,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;
CREATE INDEX batches_under_way ON batches (number) WHERE closed_at IS NULL;

-- Requests of batches under way that have no answer yet.
CREATE TABLE batch_requests (
    digest BLOB PRIMARY KEY,
    batch INTEGER NOT NULL,
    verb TEXT NOT NULL,
    model TEXT NOT NULL,
    subject BLOB NOT NULL,
    reserved INTEGER NOT NULL
) STRICT;
CREATE INDEX batch_requests_by_batch ON batch_requests (batch);

-- The erasure that was carried out last, so that finishing one after a crash repeats nothing.
CREATE TABLE erasure (id TEXT NOT NULL) STRICT;
