-- For SQL Server alone: there older programs hold the log by another lock (ADR 0023). On SQLite one writes at a time, whichever
-- version it is, so nothing changes.
UPDATE schema_needs SET migration = migration WHERE id = 1;
