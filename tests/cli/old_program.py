"""Stands in for the older program: its tables, and the questions it asks of them, in SQL."""

import contextlib
import sqlite3

TABLES = """
CREATE TABLE IF NOT EXISTS sensor_readings (
  id INTEGER PRIMARY KEY AUTOINCREMENT, node_address INTEGER NOT NULL, timestamp INTEGER NOT NULL,
  temperature_centidegrees INTEGER NOT NULL, humidity_centipercent INTEGER NOT NULL,
  flags INTEGER DEFAULT 0, received_at INTEGER NOT NULL,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, UNIQUE(node_address, timestamp));
CREATE TABLE IF NOT EXISTS nodes (
  address INTEGER PRIMARY KEY, node_type TEXT NOT NULL, first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL, total_readings INTEGER DEFAULT 0);
CREATE INDEX IF NOT EXISTS idx_node_timestamp ON sensor_readings(node_address, timestamp);
CREATE INDEX IF NOT EXISTS idx_timestamp ON sensor_readings(timestamp);
CREATE INDEX IF NOT EXISTS idx_last_seen ON nodes(last_seen_at);
"""
VALUES = "node_address, timestamp, temperature_centidegrees, humidity_centipercent, flags, received_at"


class OldProgram:
    def __init__(self, path):
        self.path = path
        with self.opened() as file:
            file.executescript(TABLES)

    @contextlib.contextmanager
    def opened(self):
        with contextlib.closing(sqlite3.connect(self.path, timeout=60)) as file:
            file.row_factory = sqlite3.Row
            with file:
                yield file

    def ask(self, sql, *values):
        with self.opened() as file:
            return [tuple(row) for row in file.execute(sql, values)]

    def insert(self, node, timestamp, temperature, humidity, flags, received_at):
        with self.opened() as file:
            file.execute(f"INSERT INTO sensor_readings ({VALUES}) VALUES (?, ?, ?, ?, ?, ?)",
                         (node, timestamp, temperature, humidity, flags, received_at))
            known = file.execute("SELECT total_readings FROM nodes WHERE address = ?", (node,)).fetchone()
            if known:
                file.execute("UPDATE nodes SET last_seen_at = ?, total_readings = ? WHERE address = ?",
                             (timestamp, known[0] + 1, node))
            else:
                file.execute("INSERT INTO nodes VALUES (?, 'SENSOR', ?, ?, 1)", (node, timestamp, timestamp))

    def rows(self):
        return self.ask(f"SELECT {VALUES} FROM sensor_readings ORDER BY node_address, timestamp")

    def total(self):
        return self.ask("SELECT COUNT(*) FROM sensor_readings WHERE 1=1")[0][0]

    def newest(self, node, limit=100):
        return self.ask(f"SELECT {VALUES} FROM sensor_readings WHERE node_address = ? "
                        "ORDER BY timestamp DESC LIMIT ?", node, limit)

    def window(self, start, end, limit=1000, offset=0):
        return self.ask(f"SELECT {VALUES} FROM sensor_readings WHERE timestamp >= ? AND timestamp <= ? "
                        "ORDER BY timestamp DESC LIMIT ? OFFSET ?", start, end, limit, offset)

    def nodes(self):
        return self.ask("SELECT address, node_type, first_seen_at, last_seen_at, total_readings FROM nodes "
                        "ORDER BY address")

    def statistics(self, node):
        return self.ask("SELECT MIN(temperature_centidegrees), MAX(temperature_centidegrees), "
                        "AVG(temperature_centidegrees), MIN(humidity_centipercent), MAX(humidity_centipercent), "
                        "AVG(humidity_centipercent) FROM sensor_readings WHERE node_address = ?", node)[0]

    def shape(self):
        """Columns and indexes, whatever the text that made them looked like."""
        with self.opened() as file:
            def table(name):
                columns = [tuple(row)[1:] for row in file.execute(f"PRAGMA table_info({name})")]
                indexes = sorted((row["name"], row["unique"],
                                  tuple(part["name"] for part in file.execute(f"PRAGMA index_info({row['name']})")))
                                 for row in file.execute(f"PRAGMA index_list({name})"))
                return columns, indexes
            names = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
            settings = [file.execute(f"PRAGMA {name}").fetchone()[0]
                        for name in ("journal_mode", "user_version", "encoding", "integrity_check")]
            return names, {name: table(name) for name in names if not name.startswith("sqlite_")}, settings
