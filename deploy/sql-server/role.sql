-- Run by the owner of the database, after the service has made its tables, and again after each update (docs/sql-server.md).
-- It makes a role for the service's own login that can do what the service does with the data, and no more:
-- it can change no table's shape, empty none at one stroke, and switch off no trigger. Triggers refuse changes of the past
-- to everybody; this refuses them to the service even where somebody disables a trigger.
-- Written by the tests from the tables and the service's statements. Do not change it by hand.
IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N'governance_service') CREATE ROLE governance_service;
GO
-- An earlier version of this script granted it for all tables at once.
REVOKE SELECT, INSERT, UPDATE, DELETE ON SCHEMA::dbo FROM governance_service;
GO
GRANT SELECT ON OBJECT::dbo.SchemaVersions TO governance_service;
GRANT SELECT, INSERT, UPDATE ON OBJECT::dbo.api_token TO governance_service;
GRANT SELECT, INSERT, DELETE ON OBJECT::dbo.backup_code TO governance_service;
GRANT SELECT, INSERT, DELETE ON OBJECT::dbo.document TO governance_service;
GRANT SELECT, INSERT, DELETE ON OBJECT::dbo.doomed TO governance_service;
GRANT SELECT, INSERT ON OBJECT::dbo.erased_disclosure TO governance_service;
GRANT SELECT, INSERT, DELETE ON OBJECT::dbo.erased_document TO governance_service;
GRANT SELECT, INSERT, DELETE ON OBJECT::dbo.idempotency TO governance_service;
GRANT SELECT, INSERT, UPDATE ON OBJECT::dbo.lease TO governance_service;
GRANT SELECT, INSERT, UPDATE ON OBJECT::dbo.ledger_check TO governance_service;
GRANT SELECT, INSERT ON OBJECT::dbo.ledger_checkpoint TO governance_service;
GRANT SELECT, INSERT ON OBJECT::dbo.ledger_cosignature TO governance_service;
GRANT SELECT, INSERT, DELETE ON OBJECT::dbo.ledger_disclosure TO governance_service;
GRANT SELECT, INSERT ON OBJECT::dbo.ledger_entry TO governance_service;
GRANT SELECT, INSERT, DELETE ON OBJECT::dbo.ledger_finding TO governance_service;
GRANT SELECT, INSERT, UPDATE ON OBJECT::dbo.ledger_head TO governance_service;
GRANT SELECT, INSERT, UPDATE ON OBJECT::dbo.ledger_heads_node TO governance_service;
GRANT SELECT, INSERT, UPDATE ON OBJECT::dbo.ledger_proposal_head TO governance_service;
GRANT SELECT, INSERT ON OBJECT::dbo.ledger_tile TO governance_service;
GRANT SELECT, INSERT, UPDATE ON OBJECT::dbo.ledger_witness TO governance_service;
GRANT SELECT, INSERT, DELETE ON OBJECT::dbo.mail_off TO governance_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::dbo.message TO governance_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::dbo.message_mail TO governance_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::dbo.one_time_code TO governance_service;
GRANT SELECT, INSERT, DELETE ON OBJECT::dbo.openid_link TO governance_service;
GRANT SELECT, INSERT, DELETE ON OBJECT::dbo.outbox TO governance_service;
GRANT SELECT, INSERT, DELETE ON OBJECT::dbo.panel_seat TO governance_service;
GRANT SELECT, INSERT, UPDATE ON OBJECT::dbo.person TO governance_service;
GRANT SELECT, INSERT, DELETE ON OBJECT::dbo.person_role TO governance_service;
GRANT SELECT, INSERT ON OBJECT::dbo.pinned_file TO governance_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::dbo.proposal TO governance_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::dbo.proposal_draft TO governance_service;
GRANT SELECT, INSERT, DELETE ON OBJECT::dbo.proposal_person TO governance_service;
GRANT SELECT, INSERT, UPDATE ON OBJECT::dbo.proposal_revision TO governance_service;
GRANT SELECT, INSERT, UPDATE ON OBJECT::dbo.protection_key TO governance_service;
GRANT SELECT, INSERT, UPDATE ON OBJECT::dbo.reference_counter TO governance_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::dbo.review_draft TO governance_service;
GRANT SELECT ON OBJECT::dbo.schema_needs TO governance_service;
GRANT SELECT, INSERT, UPDATE ON OBJECT::dbo.setting TO governance_service;
GRANT SELECT, INSERT, DELETE ON OBJECT::dbo.work_item TO governance_service;
GO
DENY UPDATE, DELETE, ALTER ON OBJECT::dbo.erased_disclosure TO governance_service;
DENY UPDATE, ALTER ON OBJECT::dbo.erased_document TO governance_service;
DENY DELETE, ALTER ON OBJECT::dbo.ledger_check TO governance_service;
DENY UPDATE, DELETE, ALTER ON OBJECT::dbo.ledger_checkpoint TO governance_service;
DENY UPDATE, DELETE, ALTER ON OBJECT::dbo.ledger_cosignature TO governance_service;
DENY UPDATE, ALTER ON OBJECT::dbo.ledger_disclosure TO governance_service;
DENY UPDATE, DELETE, ALTER ON OBJECT::dbo.ledger_entry TO governance_service;
DENY UPDATE, ALTER ON OBJECT::dbo.ledger_finding TO governance_service;
DENY DELETE, ALTER ON OBJECT::dbo.ledger_head TO governance_service;
DENY DELETE, ALTER ON OBJECT::dbo.ledger_heads_node TO governance_service;
DENY INSERT, UPDATE, DELETE, ALTER ON OBJECT::dbo.ledger_kept TO governance_service;
DENY DELETE, ALTER ON OBJECT::dbo.ledger_proposal_head TO governance_service;
DENY UPDATE, DELETE, ALTER ON OBJECT::dbo.ledger_tile TO governance_service;
DENY DELETE, ALTER ON OBJECT::dbo.ledger_witness TO governance_service;
-- What has been done to the tables is for the owner to write.
DENY INSERT, UPDATE, DELETE, ALTER ON OBJECT::dbo.SchemaVersions TO governance_service;
GO
