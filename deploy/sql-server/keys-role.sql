-- Run by the owner of the database, after the service has made its tables, and again after each update (docs/sql-server.md).
-- It makes a role for the service's own login that can do what the service does with the keys, and no more:
-- it can change no table's shape, empty none at one stroke, and switch off no trigger. Triggers refuse changes of the past
-- to everybody; this refuses them to the service even where somebody disables a trigger.
-- Written by the tests from the tables and the service's statements. Do not change it by hand.
IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N'governance_keys_service') CREATE ROLE governance_keys_service;
GO
-- An earlier version of this script granted it for all tables at once.
REVOKE SELECT, INSERT, UPDATE, DELETE ON SCHEMA::dbo FROM governance_keys_service;
GO
GRANT SELECT ON OBJECT::dbo.SchemaVersions TO governance_keys_service;
GRANT SELECT, INSERT ON OBJECT::dbo.destroyed_key TO governance_keys_service;
GRANT SELECT, INSERT ON OBJECT::dbo.erased_person TO governance_keys_service;
GRANT SELECT, INSERT ON OBJECT::dbo.erased_value TO governance_keys_service;
GRANT SELECT, UPDATE ON OBJECT::dbo.key_change TO governance_keys_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::dbo.sealing_key TO governance_keys_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::dbo.value_key TO governance_keys_service;
GO
DENY UPDATE, DELETE, ALTER ON OBJECT::dbo.destroyed_key TO governance_keys_service;
DENY UPDATE, DELETE, ALTER ON OBJECT::dbo.erased_person TO governance_keys_service;
DENY UPDATE, DELETE, ALTER ON OBJECT::dbo.erased_value TO governance_keys_service;
-- What has been done to the tables is for the owner to write.
DENY INSERT, UPDATE, DELETE, ALTER ON OBJECT::dbo.SchemaVersions TO governance_keys_service;
GO
