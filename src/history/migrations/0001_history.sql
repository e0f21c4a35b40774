-- The tables of the history domain. Rows are merged from commuting records (history/records), so
-- they carry the hash of each fact beside its columns. No keys, indexes or foreign keys: the engine
-- would pay for them on every bulk append, and the applier keeps identity (docs/durability.md).

CREATE TABLE runs (
  run_id UUID NOT NULL,
  source_id VARCHAR,              -- the id another program gave it
  start_time TIMESTAMPTZ,         -- null: only its executions are known so far
  end_time TIMESTAMPTZ,
  hostname VARCHAR,
  username VARCHAR,
  config_hash VARCHAR,
  status VARCHAR NOT NULL,
  boot_id VARCHAR,
  utc_offset_minutes BIGINT,
  created_at TIMESTAMPTZ,
  source VARCHAR NOT NULL,        -- whose history: a host, or the name of an import
  origin VARCHAR,                 -- who wrote it down: exec, library, apt, ...
  interrupted_at TIMESTAMPTZ,
  start_hash BIGINT,              -- null: a placeholder, its start record has not come yet
  end_hash BIGINT
);

CREATE TABLE plugin_executions (
  execution_id UUID NOT NULL,
  run_id UUID NOT NULL,
  plugin_name VARCHAR,            -- null: a placeholder
  item VARCHAR,
  attempt BIGINT,
  status VARCHAR NOT NULL,
  status_raw VARCHAR,
  start_time TIMESTAMPTZ NOT NULL,
  end_time TIMESTAMPTZ,
  packages_planned BIGINT,        -- known before the work
  packages_updated BIGINT,
  packages_total BIGINT,
  error_message VARCHAR,
  exit_code BIGINT,
  source VARCHAR NOT NULL,
  origin VARCHAR,
  covered_by UUID,                -- the execution of a better origin that is the same work
  resolution_seconds DOUBLE,
  flags BIGINT NOT NULL,          -- 1 false clock, 2 start unknown, 4 clock went back, 8 ambiguous
  interrupted_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ,
  start_hash BIGINT,
  end_hash BIGINT
);

CREATE TABLE step_metrics (
  metric_id UUID NOT NULL,
  execution_id UUID NOT NULL,
  step_name VARCHAR NOT NULL,
  phase VARCHAR NOT NULL,
  seq BIGINT NOT NULL,
  start_time TIMESTAMPTZ NOT NULL,
  end_time TIMESTAMPTZ,
  wall_clock_seconds DOUBLE,
  cpu_user_seconds DOUBLE,
  cpu_kernel_seconds DOUBLE,
  memory_peak_bytes BIGINT,
  memory_avg_bytes BIGINT,
  io_read_bytes BIGINT,
  io_write_bytes BIGINT,
  io_read_ops BIGINT,
  io_write_ops BIGINT,
  network_rx_bytes BIGINT,
  network_tx_bytes BIGINT,
  download_size_bytes BIGINT,
  suspended_seconds DOUBLE,
  quality VARCHAR,                -- JSON: metric -> where the number comes from
  hash BIGINT NOT NULL
);

CREATE TABLE estimates (
  estimate_id UUID NOT NULL,
  execution_id UUID NOT NULL,
  phase VARCHAR NOT NULL,
  download_bytes_est BIGINT,
  cpu_seconds_est DOUBLE,
  wall_seconds_est DOUBLE,
  memory_bytes_est BIGINT,
  package_count_est BIGINT,
  confidence DOUBLE,              -- 0 to 1
  created_at TIMESTAMPTZ NOT NULL,
  hash BIGINT NOT NULL
);

CREATE TABLE forecasts (
  forecast_id UUID NOT NULL,
  issued_at TIMESTAMPTZ NOT NULL,
  run_id UUID,
  execution_id UUID,
  plugin_name VARCHAR,            -- null: the total of a plan
  plan VARCHAR,
  total_of VARCHAR,               -- plugin names of a total, one a line, sorted
  phase VARCHAR NOT NULL,
  target VARCHAR NOT NULL,
  model VARCHAR NOT NULL,
  level DOUBLE NOT NULL,          -- a fraction
  lower DOUBLE,
  point DOUBLE NOT NULL,
  upper DOUBLE,
  n BIGINT NOT NULL,
  inputs VARCHAR NOT NULL,        -- JSON: what was known
  actual DOUBLE,                  -- derived: from the execution or run that scored it
  scored_at TIMESTAMPTZ,          -- derived: its start
  scored_by UUID,                 -- derived: its id
  hash BIGINT NOT NULL
);

CREATE TABLE plugin_aliases (
  old_name VARCHAR NOT NULL,
  plugin_name VARCHAR NOT NULL,
  version UUID NOT NULL
);

CREATE TABLE models (
  plugin_name VARCHAR NOT NULL,
  phase VARCHAR NOT NULL,
  target VARCHAR NOT NULL,
  model VARCHAR NOT NULL,
  version UUID NOT NULL,
  trained_at TIMESTAMPTZ NOT NULL,
  n BIGINT NOT NULL,
  state VARCHAR NOT NULL
);

-- Per field the highest version wins; `base` is what the facts say beneath it.
CREATE TABLE field_updates (
  entity BIGINT NOT NULL,         -- 0 run, 1 execution, 2 step, 3 estimate, 4 forecast
  id UUID NOT NULL,
  field VARCHAR NOT NULL,
  value VARCHAR,
  version UUID NOT NULL,
  base VARCHAR,
  is_laid_on BOOLEAN NOT NULL     -- false: the row it speaks of has not come yet
);

-- What was deleted or pruned refuses whatever arrives later.
CREATE TABLE tombstones (entity VARCHAR NOT NULL, id UUID NOT NULL);
CREATE TABLE prune_horizons (source VARCHAR NOT NULL, cutoff TIMESTAMPTZ NOT NULL);

-- Executions that started in a segment and have not ended: what an interruption is judged by.
CREATE TABLE open_executions (execution_id UUID NOT NULL, segment UUID NOT NULL);

-- One row an execution, with its children summed before they are joined. The wall clock is the sum
-- of the steps, else end - start; a start that is unknown or after the end gives none.
CREATE VIEW executions AS
SELECT e.execution_id, e.run_id, coalesce(a.plugin_name, e.plugin_name) AS plugin_name, e.item,
       e.attempt, e.status, e.start_time, e.end_time, e.source, e.origin, e.flags,
       e.packages_updated, coalesce(e.packages_total, e.packages_planned) AS packages_total,
       e.packages_planned, e.resolution_seconds,
       coalesce(s.wall_clock_seconds,
                CASE WHEN e.flags & 6 = 0 AND e.end_time >= e.start_time
                     THEN (epoch_us(e.end_time) - epoch_us(e.start_time)) / 1e6 END)
         AS wall_clock_seconds,
       s.cpu_seconds, s.memory_peak_bytes, s.io_read_bytes, s.io_write_bytes,
       s.download_size_bytes, coalesce(s.steps, 0) AS steps
FROM plugin_executions e
LEFT JOIN plugin_aliases a ON a.old_name = e.plugin_name
LEFT JOIN (
  SELECT execution_id, count(*) AS steps, sum(wall_clock_seconds) AS wall_clock_seconds,
         sum(coalesce(cpu_user_seconds, 0) + coalesce(cpu_kernel_seconds, 0))
           FILTER (cpu_user_seconds IS NOT NULL OR cpu_kernel_seconds IS NOT NULL) AS cpu_seconds,
         max(memory_peak_bytes) AS memory_peak_bytes,
         sum(io_read_bytes)::BIGINT AS io_read_bytes,
         sum(io_write_bytes)::BIGINT AS io_write_bytes,
         sum(download_size_bytes)::BIGINT AS download_size_bytes
  FROM step_metrics GROUP BY execution_id
) s ON s.execution_id = e.execution_id
WHERE e.plugin_name IS NOT NULL AND e.covered_by IS NULL;

-- One row an execution and phase; an execution without steps is one EXECUTE. start_time is that of
-- the execution, phase_start that of the phase's first step.
CREATE VIEW execution_phases AS
SELECT e.execution_id, e.run_id, coalesce(a.plugin_name, e.plugin_name) AS plugin_name, e.item,
       coalesce(s.phase, 'EXECUTE') AS phase, e.status, e.flags, e.start_time,
       coalesce(s.phase_start, e.start_time) AS phase_start,
       CASE WHEN s.phase IS NOT NULL THEN s.wall_clock_seconds
            WHEN e.flags & 6 = 0 AND e.end_time >= e.start_time
            THEN (epoch_us(e.end_time) - epoch_us(e.start_time)) / 1e6 END AS wall_clock_seconds,
       s.cpu_seconds, s.memory_peak_bytes, s.download_size_bytes
FROM plugin_executions e
LEFT JOIN plugin_aliases a ON a.old_name = e.plugin_name
LEFT JOIN (
  SELECT execution_id, phase, min(start_time) AS phase_start,
         sum(wall_clock_seconds) AS wall_clock_seconds,
         sum(coalesce(cpu_user_seconds, 0) + coalesce(cpu_kernel_seconds, 0))
           FILTER (cpu_user_seconds IS NOT NULL OR cpu_kernel_seconds IS NOT NULL) AS cpu_seconds,
         max(memory_peak_bytes) AS memory_peak_bytes,
         sum(download_size_bytes)::BIGINT AS download_size_bytes
  FROM step_metrics GROUP BY execution_id, phase
) s ON s.execution_id = e.execution_id
WHERE e.plugin_name IS NOT NULL AND e.covered_by IS NULL;

CREATE VIEW plugin_performance_summary AS
SELECT plugin_name, count(*) AS executions,
       count(*) FILTER (status = 'success') AS success,
       count(*) FILTER (status = 'failed') AS failed,
       count(*) FILTER (status = 'skipped') AS skipped,
       count(*) FILTER (status = 'timeout') AS timeout,
       count(*) FILTER (status = 'interrupted') AS interrupted,
       count(*) FILTER (status = 'success')
         / nullif(count(*) FILTER (status IN ('success', 'failed', 'timeout', 'interrupted')), 0)
         AS success_rate,
       avg(wall_clock_seconds) FILTER (status = 'success') AS wall_clock_seconds_mean,
       median(wall_clock_seconds) FILTER (status = 'success') AS wall_clock_seconds_median,
       quantile_cont(wall_clock_seconds, 0.95) FILTER (status = 'success')
         AS wall_clock_seconds_p95,
       avg(cpu_seconds) FILTER (status = 'success') AS cpu_seconds_mean,
       max(memory_peak_bytes) AS memory_peak_bytes_max,
       sum(download_size_bytes)::BIGINT AS download_size_bytes_total,
       min(start_time) AS first_execution, max(start_time) AS last_execution
FROM executions GROUP BY plugin_name;

-- One row an execution and phase that had an estimate: the newest one made before the work.
CREATE VIEW estimate_accuracy AS
SELECT p.execution_id, p.plugin_name, p.phase, p.start_time, m.created_at,
       m.wall_seconds_est, p.wall_clock_seconds, m.cpu_seconds_est, p.cpu_seconds,
       m.memory_bytes_est, p.memory_peak_bytes, m.download_bytes_est, p.download_size_bytes
FROM estimates m
JOIN execution_phases p ON p.execution_id = m.execution_id AND p.phase = m.phase
WHERE p.status = 'success' AND m.created_at <= p.phase_start
QUALIFY row_number() OVER (PARTITION BY m.execution_id, m.phase
                           ORDER BY m.created_at DESC, m.estimate_id DESC) = 1;

-- Counts per status are derived, never stored. A run that nobody ended took until the end of its
-- last execution, unless it still goes on or was interrupted.
CREATE VIEW run_summary AS
SELECT r.run_id, r.source_id, r.start_time,
       coalesce(r.end_time, CASE WHEN r.status NOT IN ('running', 'interrupted') THEN e.end_time END)
         AS end_time,
       r.hostname, r.username, r.status, r.source, r.origin,
       coalesce(e.executions, 0) AS executions, coalesce(e.success, 0) AS success,
       coalesce(e.failed, 0) AS failed, coalesce(e.skipped, 0) AS skipped,
       coalesce(e.timeout, 0) AS timeout, coalesce(e.interrupted, 0) AS interrupted,
       coalesce(e.running, 0) AS running
FROM runs r
LEFT JOIN (
  SELECT run_id, count(*) AS executions, max(end_time) AS end_time,
         count(*) FILTER (status = 'success') AS success,
         count(*) FILTER (status = 'failed') AS failed,
         count(*) FILTER (status = 'skipped') AS skipped,
         count(*) FILTER (status = 'timeout') AS timeout,
         count(*) FILTER (status = 'interrupted') AS interrupted,
         count(*) FILTER (status IN ('running', 'pending')) AS running
  FROM plugin_executions
  WHERE plugin_name IS NOT NULL AND covered_by IS NULL
  GROUP BY run_id
) e ON e.run_id = r.run_id
WHERE r.start_hash IS NOT NULL;
