-- Readings of sensor nodes. No keys and no indexes: the applier asks before it appends, and rows
-- that come in the order of time are found by the engine's own bounds of each block.
CREATE TABLE readings (
  node_address UBIGINT NOT NULL,
  "timestamp" BIGINT NOT NULL,                -- Unix seconds, as every time here
  temperature_centidegrees SMALLINT NOT NULL,
  humidity_centipercent USMALLINT NOT NULL,
  flags UTINYINT NOT NULL,
  received_at BIGINT NOT NULL
);

-- What follows from a node's readings, kept in the transaction that changes them; and its label.
CREATE TABLE nodes (
  address UBIGINT NOT NULL,
  label VARCHAR NOT NULL,                     -- empty: the node is known by its number
  total_readings BIGINT NOT NULL,             -- zero: all below says nothing
  first_seen_at BIGINT NOT NULL,              -- least timestamp
  newest_received_at BIGINT NOT NULL,         -- of any of its readings
  newest_timestamp BIGINT NOT NULL,           -- and what the reading of that second says
  newest_temperature_centidegrees SMALLINT NOT NULL,
  newest_humidity_centipercent USMALLINT NOT NULL,
  newest_flags UTINYINT NOT NULL,
  newest_reading_received_at BIGINT NOT NULL
);

-- One row, once something was pruned or dropped.
CREATE TABLE retention (
  edge BIGINT NOT NULL,                       -- readings before it are refused
  refused_before BIGINT NOT NULL              -- refused rows before it are gone
);

CREATE TABLE refused_rows (
  id UUID NOT NULL,                           -- of its content without "at"
  "at" BIGINT NOT NULL,
  source VARCHAR NOT NULL,
  field VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  node_address UBIGINT,
  "timestamp" BIGINT,
  "text" VARCHAR NOT NULL
);

-- How many of them went because there were too many; depends on the order of applying.
CREATE TABLE refused_evicted (rows BIGINT NOT NULL);
