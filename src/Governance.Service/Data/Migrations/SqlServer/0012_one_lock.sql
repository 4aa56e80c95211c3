-- Programs that know nothing newer than 0007 hold the log by another lock than those after them (ADR 0023). They must not
-- come back on these tables.
UPDATE schema_needs SET migration = 10 WHERE id = 1 AND migration < 10;
