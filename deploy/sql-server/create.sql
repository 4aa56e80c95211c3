-- Run once, by somebody who may create databases (docs/sql-server.md).
IF DB_ID(N'governance') IS NULL CREATE DATABASE governance;
GO
-- A commit is answered only when it is safe on disk.
ALTER DATABASE governance SET DELAYED_DURABILITY = DISABLED;
-- Whoever reads sees one moment, and waits for nobody.
ALTER DATABASE governance SET ALLOW_SNAPSHOT_ISOLATION ON;
ALTER DATABASE governance SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE;
GO
-- A page that the disk has damaged is noticed, and the log is kept whole for restoring to a moment.
ALTER DATABASE governance SET PAGE_VERIFY CHECKSUM;
ALTER DATABASE governance SET RECOVERY FULL;
GO
