-- Nodes of the heads tree as it stands under the last checkpoint. Its leaves change as trails grow; every root it ever
-- had is in an entry of kind "heads", so these rows can always be made again from the log.
CREATE TABLE ledger_heads_node (
    level  INT           NOT NULL,
    number BIGINT        NOT NULL,
    hash   VARBINARY(32) NOT NULL,
    PRIMARY KEY (level, number)
);
