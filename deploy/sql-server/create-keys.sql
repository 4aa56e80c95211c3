-- Run once, by somebody who may create databases: the key store's own database (docs/sql-server.md). Best on another
-- server than the data; never in the same database, and never in the same backup.
IF DB_ID(N'governance_keys') IS NULL CREATE DATABASE governance_keys;
GO
-- A key is safe on disk before anything is sealed under it.
ALTER DATABASE governance_keys SET DELAYED_DURABILITY = DISABLED;
ALTER DATABASE governance_keys SET ALLOW_SNAPSHOT_ISOLATION ON;
ALTER DATABASE governance_keys SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE;
GO
-- Simple recovery: the log is used over again, so what was destroyed does not stay in it and in its backups.
ALTER DATABASE governance_keys SET PAGE_VERIFY CHECKSUM;
ALTER DATABASE governance_keys SET RECOVERY SIMPLE;
GO
