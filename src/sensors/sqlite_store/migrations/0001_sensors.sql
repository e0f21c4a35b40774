-- Readings of sensor nodes. An address is stored with its first bit turned over (as a signed number:
-- less 2^63), so that the file's order is that of unsigned addresses. Rows lie in the order of their
-- key; the index serves lists over all nodes.
CREATE TABLE readings (
  node_address INTEGER NOT NULL,
  "timestamp" INTEGER NOT NULL,               -- Unix seconds, as every time here
  temperature_centidegrees INTEGER NOT NULL,
  humidity_centipercent INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (node_address, "timestamp")
) WITHOUT ROWID;
CREATE INDEX readings_by_time ON readings ("timestamp" DESC, node_address);

-- What follows from a node's readings, kept in the transaction that changes them; and its label.
CREATE TABLE nodes (
  address INTEGER NOT NULL PRIMARY KEY,       -- stored as a reading's
  label TEXT NOT NULL,                        -- empty: the node is known by its number
  total_readings INTEGER NOT NULL,            -- zero: all below says nothing
  first_seen_at INTEGER NOT NULL,             -- least timestamp
  newest_received_at INTEGER NOT NULL,        -- of any of its readings
  newest_timestamp INTEGER NOT NULL,          -- and what the reading of that second says
  newest_temperature_centidegrees INTEGER NOT NULL,
  newest_humidity_centipercent INTEGER NOT NULL,
  newest_flags INTEGER NOT NULL,
  newest_reading_received_at INTEGER NOT NULL
);

-- One row, once something was pruned or dropped.
CREATE TABLE retention (
  edge INTEGER NOT NULL,                      -- readings before it are refused
  refused_before INTEGER NOT NULL             -- refused rows before it are gone
);

-- In the order in which they came: an order by id would spread each batch over the whole file.
CREATE TABLE refused_rows (
  id UUID NOT NULL UNIQUE,                    -- 16 bytes, of its content without "at"
  "at" INTEGER NOT NULL,
  source TEXT NOT NULL,
  field TEXT NOT NULL,
  reason TEXT NOT NULL,
  node_address INTEGER,                       -- stored as a reading's
  "timestamp" INTEGER,
  "text" TEXT NOT NULL,
  bytes INTEGER NOT NULL                      -- what it takes, about
);
CREATE INDEX refused_rows_by_time ON refused_rows ("at", bytes);

-- How many of them went because there were too many; depends on the order of applying.
CREATE TABLE refused_evicted (rows INTEGER NOT NULL);

-- Those that somebody dropped by their id, as they had come last: in whatever order records are
-- applied, such a row stays away until it comes again.
CREATE TABLE refused_dropped (
  id UUID NOT NULL PRIMARY KEY,
  "at" INTEGER NOT NULL
) WITHOUT ROWID;
