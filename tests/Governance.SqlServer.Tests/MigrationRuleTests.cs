namespace Governance.SqlServer.Tests;

/// <summary>
/// In an update old and new nodes work on the same tables (ADR 0019). So no migration may put anything in the way of a program that does
/// not know it, unless it says that such programs must stop, or it is named here with the reason why nobody stumbles.
/// </summary>
public sealed class MigrationRuleTests
{
    /// <summary>The last migrations from before nodes of two versions could run side by side.</summary>
    const string Before = "0007_nodes.sql", KeysBefore = "0001_keys.sql";

    const string NobodyIsRemoved = "No version removes a person: an account is deactivated or blanked, and its row stays.";

    /// <summary>What looks as if an old node could stumble over it, and why it cannot.</summary>
    static readonly Dictionary<(string Migration, string Block), string> Harmless = new()
    {
        [("0008_messages.sql", "person: new foreign key from mail_off (person)")] = NobodyIsRemoved,
        [("0008_messages.sql", "person: new foreign key from message (person)")] = NobodyIsRemoved,
        [("0008_messages.sql", "person: new foreign key from message_mail (person)")] = NobodyIsRemoved,
        [("0008_messages.sql", "proposal: new foreign key from message (proposal)")] = "A proposal is removed only while it is a draft, and nobody is told of a draft.",
        [("0010_one_time_codes.sql", "person: new foreign key from backup_code (person)")] = NobodyIsRemoved,
        [("0010_one_time_codes.sql", "person: new foreign key from one_time_code (person)")] = NobodyIsRemoved,
        [("0011_openid_links.sql", "person: new foreign key from openid_link (person)")] = NobodyIsRemoved,
    };

    static readonly Lazy<IReadOnlyList<Step>> Sqlite = new(() => SqliteSteps.Of(Read("Sqlite"))), Server = new(() => ServerSteps.Of(Read("SqlServer")));

    static List<(string Name, string Sql)> Read(string kind) => [.. Files.MigrationFiles(kind).Select(f => (Path.GetFileName(f), File.ReadAllText(f)))];

    static IReadOnlyList<Step> StepsOf(string kind) => kind switch
    {
        "Sqlite" => Sqlite.Value,
        "SqlServer" => Server.Value,
        "KeysSqlite" => SqliteSteps.Of(Read(kind)),
        _ => ServerSteps.Of(Read(kind)),
    };

    [Theory]
    [InlineData("Sqlite", Before)]
    [InlineData("SqlServer", Before)]
    [InlineData("KeysSqlite", KeysBefore)]
    [InlineData("KeysSqlServer", KeysBefore)]
    public void No_migration_lets_a_program_stumble_that_does_not_know_it_unless_it_says_how_new_a_program_must_be(string kind, string before)
    {
        var steps = StepsOf(kind);
        Assert.Contains(steps, s => s.Name == before);
        Assert.Empty(steps.Where(s => string.CompareOrdinal(s.Name, before) > 0 && !s.Raises)
            .SelectMany(s => s.Blocks.Where(b => !Harmless.ContainsKey((s.Name, b))).Select(b => $"{kind}/{s.Name}: {b}")));
    }

    [Fact]
    public void What_is_named_as_harmless_is_there_on_both_databases() => Assert.All(Harmless.Keys, h =>
    {
        foreach (var steps in new[] { Sqlite, Server }) Assert.Contains(h.Block, steps.Value.Single(s => s.Name == h.Migration).Blocks);
    });

    /// <summary>Where older programs must stop on SQL Server alone: they lock the log there in another way (ADR 0023).</summary>
    const string OnServerAlone = "0012_one_lock.sql";

    [Fact]
    public void Both_databases_ask_for_a_newer_program_in_the_same_migrations() =>
        Assert.Equal([.. Sqlite.Value.Where(s => s.Raises).Select(s => s.Name), OnServerAlone], Server.Value.Where(s => s.Raises).Select(s => s.Name));

    /// <summary>Tables as an old node knows them, for the migrations below.</summary>
    const string OldOnSqlite = """
        CREATE TABLE schema_needs (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), migration INTEGER NOT NULL);
        INSERT INTO schema_needs (id, migration) VALUES (1, 7);
        CREATE TABLE person (id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NULL, age INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE seat (panel TEXT NOT NULL, person TEXT NOT NULL REFERENCES person (id), PRIMARY KEY (panel, person));
        CREATE INDEX seat_person ON seat (person);
        CREATE TRIGGER seat_kept BEFORE DELETE ON seat BEGIN SELECT RAISE(ABORT, 'kept'); END;
        CREATE TRIGGER person_told AFTER DELETE ON person BEGIN DELETE FROM seat WHERE person = OLD.id; END;
        CREATE VIEW seated AS SELECT person FROM seat;
        """;

    const string OldOnServer = """
        CREATE TABLE schema_needs (id INT NOT NULL PRIMARY KEY CHECK (id = 1), migration INT NOT NULL);
        INSERT INTO schema_needs (id, migration) VALUES (1, 7);
        CREATE TABLE person (id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY, email NVARCHAR(320) COLLATE Latin1_General_100_BIN2 NOT NULL,
            name NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NULL, age INT NOT NULL CONSTRAINT person_age DEFAULT 0, CONSTRAINT person_email UNIQUE (email));
        CREATE TABLE seat (panel NVARCHAR(64) NOT NULL, person UNIQUEIDENTIFIER NOT NULL REFERENCES person (id), PRIMARY KEY (panel, person));
        CREATE INDEX seat_person ON seat (person);
        GO
        CREATE TRIGGER seat_kept ON seat INSTEAD OF DELETE AS THROW 51000, 'kept', 1;
        GO
        CREATE VIEW seated AS SELECT person FROM seat;
        """;

    /// <summary>The usual way to change a table on SQLite: another one is made, filled, and takes its name.</summary>
    static string Rebuilt(string columns, string strict = "") => $"""
        PRAGMA legacy_alter_table = ON;
        CREATE TABLE person_new ({columns}){strict};
        INSERT INTO person_new (id, email, name, age) SELECT id, email, name, age FROM person;
        DROP TABLE person;
        ALTER TABLE person_new RENAME TO person;
        """;

    public static TheoryData<string, string> StumblingOnSqlite => new()
    {
        { "DROP VIEW seated; DROP TABLE seat", "seat is gone" },
        { "DROP VIEW seated", "seated is gone" },
        { "DROP VIEW seated; CREATE VIEW seated AS SELECT panel AS person FROM seat", "seated: view seated is another one" },
        { "ALTER TABLE person DROP COLUMN name", "person.name is gone" },
        { "ALTER TABLE person RENAME COLUMN name TO title", "person.name is gone" },
        { "ALTER TABLE person RENAME TO people", "person is gone" },
        { Rebuilt("id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NULL, age INTEGER NOT NULL DEFAULT 0, born TEXT NOT NULL"), "person.born is new, and older programs do not give it" },
        { Rebuilt("id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, age INTEGER NOT NULL DEFAULT 0"), "person.name may no longer be missing" },
        { Rebuilt("id TEXT NOT NULL PRIMARY KEY, email TEXT NULL UNIQUE, name TEXT NULL, age INTEGER NOT NULL DEFAULT 0"), "person.email may now be missing" },
        { Rebuilt("id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name INTEGER NULL, age INTEGER NOT NULL DEFAULT 0"), "person.name was TEXT and is INTEGER" },
        { Rebuilt("id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT COLLATE NOCASE NULL, age INTEGER NOT NULL DEFAULT 0"), "person.name was TEXT and is TEXT NOCASE" },
        { Rebuilt("id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NULL, age INTEGER NOT NULL"), "person.age had the default 0 and has none" },
        { Rebuilt("id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL, name TEXT NULL, age INTEGER NOT NULL DEFAULT 0"), "person: unique (email) is gone" },
        { Rebuilt("id TEXT NOT NULL, email TEXT NOT NULL UNIQUE, name TEXT NULL, age INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (id, age)"), "person: new key (id, age)" },
        { Rebuilt("id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NULL, age INTEGER NOT NULL DEFAULT 0, UNIQUE (name)"), "person: new unique (name)" },
        { Rebuilt("id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NULL, age INTEGER NOT NULL DEFAULT 0, CHECK (name <> ')' OR age > 3)"), "person: new check (name <> ')' OR age > 3)" },
        { Rebuilt("id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NULL, age INTEGER NOT NULL DEFAULT 0", strict: " STRICT"), "person: new strict types" },
        { Rebuilt("id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NULL, age INTEGER NOT NULL DEFAULT 0"), "person: trigger person_told is gone" },
        { "CREATE UNIQUE INDEX person_name ON person (name)", "person: new unique (name)" },
        { "CREATE UNIQUE INDEX person_name ON person (name) WHERE age > 3", "person: new unique (name)" },
        { "CREATE INDEX person_name ON person (json(name))", "person: new index person_name, which works something out" },
        { "ALTER TABLE person ADD COLUMN shoe INTEGER NULL CHECK (age < 100)", "person: new check (age < 100)" },
        { "ALTER TABLE person ADD COLUMN older INTEGER AS (age + 1)", "person.older is new and worked out, which may fail" },
        { "ALTER TABLE person ADD COLUMN guardian TEXT NULL REFERENCES person (id)", "person: new foreign key (guardian) to person" },
        { "CREATE TABLE badge (person TEXT NOT NULL REFERENCES person (id))", "person: new foreign key from badge (person)" },
        { "CREATE TRIGGER person_kept BEFORE DELETE ON person BEGIN SELECT RAISE(ABORT, 'kept'); END", "person: new trigger person_kept" },
        { "DROP TRIGGER seat_kept", "seat: trigger seat_kept is gone" },
        { "DROP TRIGGER seat_kept; CREATE TRIGGER seat_kept BEFORE UPDATE ON seat BEGIN SELECT RAISE(ABORT, 'kept'); END", "seat: trigger seat_kept is another one" },
        { "UPDATE person SET email = lower(email)", "person: rows are written" },
        { "DELETE FROM person", "person: rows are written" },
        { "INSERT INTO person (id, email) VALUES ('1', 'a@example.org')", "person: rows are written" },
    };

    public static TheoryData<string, string> StumblingOnServer => new()
    {
        { "DROP VIEW seated; DROP TABLE seat", "seat is gone" },
        { "DROP VIEW seated", "seated is gone" },
        { "DROP VIEW seated\nGO\nCREATE VIEW seated AS SELECT panel AS person FROM seat", "seated: view seated is another one" },
        { "ALTER TABLE person DROP COLUMN name", "person.name is gone" },
        { "ALTER TABLE person ADD born DATE NOT NULL", "person.born is new, and older programs do not give it" },
        { "ALTER TABLE person ALTER COLUMN name NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NOT NULL", "person.name may no longer be missing" },
        { "ALTER TABLE person ALTER COLUMN email NVARCHAR(320) COLLATE Latin1_General_100_BIN2 NULL", "person.email may now be missing" },
        { "ALTER TABLE person ALTER COLUMN name NVARCHAR(50) COLLATE Latin1_General_100_BIN2 NULL", "person.name was nvarchar(200) Latin1_General_100_BIN2 and is nvarchar(50) Latin1_General_100_BIN2" },
        { "ALTER TABLE person ALTER COLUMN name NVARCHAR(200) COLLATE Latin1_General_100_CI_AS NULL", "person.name was nvarchar(200) Latin1_General_100_BIN2 and is nvarchar(200) Latin1_General_100_CI_AS" },
        { "ALTER TABLE person DROP CONSTRAINT person_age", "person.age had the default 0 and has none" },
        { "ALTER TABLE person DROP CONSTRAINT person_email", "person: unique (email) is gone" },
        { "ALTER TABLE person ADD CONSTRAINT person_name UNIQUE (name)", "person: new unique (name)" },
        { "ALTER TABLE person ADD CONSTRAINT person_old CHECK (age > 3)", "person: new check (age > 3)" },
        { "CREATE UNIQUE INDEX person_name ON person (name)", "person: new unique (name)" },
        { "CREATE UNIQUE INDEX person_name ON person (name) WHERE age > 3", "person: new unique (name)" },
        { "ALTER TABLE person ADD older AS (age + 1)", "person.older is new and worked out, which may fail" },
        { "ALTER TABLE person ADD number INT NOT NULL IDENTITY", "person: new numbers of the server's own in number" },
        { "ALTER TABLE person ADD guardian UNIQUEIDENTIFIER NULL REFERENCES person (id)", "person: new foreign key (guardian) to person" },
        { "CREATE TABLE badge (person UNIQUEIDENTIFIER NOT NULL REFERENCES person (id))", "person: new foreign key from badge (person)" },
        { "GO\nCREATE TRIGGER person_kept ON person INSTEAD OF DELETE AS THROW 51000, 'kept', 1;", "person: new trigger person_kept" },
        { "DROP TRIGGER seat_kept", "seat: trigger seat_kept is gone" },
        { "GO\nALTER TRIGGER seat_kept ON seat INSTEAD OF UPDATE AS THROW 51000, 'kept', 1;", "seat: trigger seat_kept is another one" },
        { "UPDATE person SET email = LOWER(email)", "person: rows are written" },
        { "DELETE FROM person", "person: rows are written" },
        { "INSERT INTO person (id, email) SELECT id, email FROM person", "person: rows are written" },
    };

    [Theory]
    [MemberData(nameof(StumblingOnSqlite))]
    public void What_an_old_node_could_stumble_over_is_found_on_SQLite(string migration, string block)
    {
        var step = SqliteSteps.Of([("0007", OldOnSqlite), ("0008", migration)])[1];
        Assert.Contains(block, step.Blocks);
        Assert.False(step.Raises);
    }

    [Theory]
    [MemberData(nameof(StumblingOnServer))]
    public void What_an_old_node_could_stumble_over_is_found_on_SQL_Server(string migration, string block)
    {
        var step = ServerSteps.Of([("0007", OldOnServer), ("0008", migration)])[1];
        Assert.Contains(block, step.Blocks);
        Assert.False(step.Raises);
    }

    [Theory]
    [InlineData("CREATE TABLE badge (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK (name <> '')); INSERT INTO badge (id, name) VALUES (1, 'a')")]
    [InlineData("ALTER TABLE person ADD COLUMN shoe INTEGER NULL")]
    [InlineData("ALTER TABLE person ADD COLUMN shoe INTEGER NOT NULL DEFAULT 40")]
    [InlineData("CREATE INDEX person_name ON person (name)")]
    [InlineData("DROP INDEX seat_person")]
    public void What_only_adds_is_nobodys_stumbling_block_on_SQLite(string migration) => Assert.Empty(SqliteSteps.Of([("0007", OldOnSqlite), ("0008", migration)])[1].Blocks);

    [Theory]
    [InlineData("CREATE TABLE badge (id INT NOT NULL PRIMARY KEY, name NVARCHAR(9) NOT NULL UNIQUE CHECK (name <> '')); INSERT INTO badge (id, name) VALUES (1, 'a')")]
    [InlineData("ALTER TABLE person ADD shoe INT NULL")]
    [InlineData("ALTER TABLE person ADD shoe INT NOT NULL DEFAULT 40")]
    [InlineData("CREATE INDEX person_name ON person (name)")]
    [InlineData("DROP INDEX seat_person ON seat")]
    public void What_only_adds_is_nobodys_stumbling_block_on_SQL_Server(string migration) => Assert.Empty(ServerSteps.Of([("0007", OldOnServer), ("0008", migration)])[1].Blocks);

    [Fact]
    public void A_migration_may_take_away_what_it_tells_older_programs_to_stop_for()
    {
        const string Raise = "ALTER TABLE person DROP COLUMN name; UPDATE schema_needs SET migration = 8;";
        Assert.All([SqliteSteps.Of([("0007", OldOnSqlite), ("0009", Raise)])[1], ServerSteps.Of([("0007", OldOnServer), ("0009", Raise)])[1]], s =>
        {
            Assert.True(s.Raises);
            Assert.Equal(["person.name is gone"], s.Blocks);
        });
    }

    [Fact]
    public void What_the_model_cannot_follow_is_refused_and_not_overlooked() =>
        Assert.Throws<NotSupportedException>(() => ServerSteps.Of([("0007", OldOnServer), ("0008", "EXEC sp_rename 'person.name', 'title', 'COLUMN'")]));
}
