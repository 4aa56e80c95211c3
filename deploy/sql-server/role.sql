-- Run once by the owner of the database, after the service has made its tables (docs/sql-server.md). It makes a role for
-- the service's own login that can do what the service does, and can neither change the past nor any table's shape.
-- Triggers refuse such changes to everybody; this refuses them to the service even where somebody disables a trigger.
CREATE ROLE governance_service;
GO
GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::dbo TO governance_service;
GO
DENY UPDATE, DELETE ON OBJECT::dbo.ledger_entry TO governance_service;
DENY UPDATE, DELETE ON OBJECT::dbo.ledger_tile TO governance_service;
DENY UPDATE, DELETE ON OBJECT::dbo.ledger_checkpoint TO governance_service;
DENY UPDATE, DELETE ON OBJECT::dbo.ledger_cosignature TO governance_service;
DENY UPDATE, DELETE ON OBJECT::dbo.ledger_kept TO governance_service;
DENY DELETE ON OBJECT::dbo.ledger_head TO governance_service;
DENY DELETE ON OBJECT::dbo.ledger_proposal_head TO governance_service;
DENY UPDATE ON OBJECT::dbo.ledger_disclosure TO governance_service;
-- What people are to be told is put in and taken out, never altered. What they were told (message) is marked as read, and
-- goes with whoever is erased; message_mail and mail_off come and go.
DENY UPDATE ON OBJECT::dbo.outbox TO governance_service;
GO
-- What has been done to the tables is for the owner to write.
DENY INSERT, UPDATE, DELETE ON OBJECT::dbo.SchemaVersions TO governance_service;
GO
