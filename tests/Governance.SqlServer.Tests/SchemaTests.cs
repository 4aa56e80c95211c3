using Governance.Service.Data;
using Microsoft.Data.Sqlite;
using Microsoft.SqlServer.Dac.Model;

namespace Governance.SqlServer.Tests;

/// <summary>The tables for SQL Server: well made, the same as SQLite's, and as well guarded.</summary>
public sealed class SchemaTests
{
    /// <summary>Tables for the past: nothing in them is changed or removed, and for SQL Server not emptied at one stroke either.</summary>
    static readonly string[] Kept = ["ledger_entry", "ledger_head", "ledger_proposal_head", "ledger_tile", "ledger_checkpoint"];

    static readonly Lazy<TSqlModel> Model = new(() => Checks.Model(Files.Migrations));
    static readonly Lazy<TSqlModel> KeyModel = new(() => Checks.Model(Files.KeyMigrations));

    [Fact]
    public void Every_script_parses_and_is_portable()
    {
        var scripts = Files.MigrationFiles("SqlServer").Concat(Files.MigrationFiles("KeysSqlServer")).Concat(Files.Under("deploy").Where(f => f.EndsWith(".sql", StringComparison.Ordinal))).ToList();
        Assert.True(scripts.Count >= 5);
        Assert.Empty(scripts.SelectMany(f => Checks.Parse(File.ReadAllText(f)).Concat(Checks.Unportable(File.ReadAllText(f))).Select(e => $"{Path.GetFileName(f)}: {e}")));
    }

    [Fact]
    public void The_tables_are_whole()
    {
        Assert.Empty(Checks.Unknown(Files.Migrations, []));
        Assert.Empty(Checks.Unknown(Files.KeyMigrations, []));
    }

    [Theory]
    [InlineData("Sqlite", "SqlServer")]
    [InlineData("KeysSqlite", "KeysSqlServer")]
    public void Each_SQLite_migration_has_one_for_SQL_Server_of_the_same_name(string one, string other)
    {
        Assert.NotEmpty(Files.MigrationFiles(one));
        Assert.Equal(Files.MigrationFiles(one).Select(Path.GetFileName), Files.MigrationFiles(other).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("KeysSqlite")]
    public void Both_databases_have_the_same_tables_with_the_same_columns_and_the_same_may_be_missing(string kind)
    {
        var model = ModelOf(kind);
        var server = model.GetObjects(DacQueryScopes.UserDefined, Table.TypeClass).ToDictionary(t => t.Name.Parts[^1],
            t => t.GetReferenced(Table.Columns).Select(c => $"{c.Name.Parts[^1]}{(c.GetProperty<bool>(Column.Nullable) ? " or nothing" : "")}").Order(StringComparer.Ordinal).ToList());
        if (kind == "Sqlite") Assert.True(server.Remove("ledger_kept"));
        var embedded = OnSqlite(kind, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'SchemaVersions'")
            .ToDictionary(t => t, t => OnSqlite(kind, $"SELECT name || CASE WHEN \"notnull\" = 1 THEN '' ELSE ' or nothing' END FROM pragma_table_info('{t}')").Order(StringComparer.Ordinal).ToList());
        Assert.Equal(embedded.Keys.Order(StringComparer.Ordinal), server.Keys.Order(StringComparer.Ordinal));
        foreach (var (table, columns) in embedded) Assert.Equal((table, string.Join(", ", columns)), (table, string.Join(", ", server[table])));
    }

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("KeysSqlite")]
    public void Both_databases_have_the_same_keys(string kind)
    {
        var model = ModelOf(kind);
        var server = model.GetObjects(DacQueryScopes.UserDefined, PrimaryKeyConstraint.TypeClass)
            .Select(k => $"{k.GetReferenced(PrimaryKeyConstraint.Host).Single().Name.Parts[^1]} ({string.Join(", ", k.GetReferenced(PrimaryKeyConstraint.Columns).Select(c => c.Name.Parts[^1]))})");
        var embedded = OnSqlite(kind, """
            SELECT m.name || ' (' || (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_table_info(m.name) WHERE pk > 0 ORDER BY pk)) || ')'
            FROM sqlite_master m WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'SchemaVersions'
            """);
        Assert.Equal(embedded.Order(StringComparer.Ordinal), server.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_table_that_SQLite_guards_is_guarded_against_the_same()
    {
        var model = Model.Value;
        var triggers = model.GetObjects(DacQueryScopes.UserDefined, DmlTrigger.TypeClass).Select(t => t.Name.Parts[^1]).ToHashSet(StringComparer.Ordinal);
        // Without REPLACE a primary key alone keeps a row from being written twice.
        Assert.All(OnSqlite("Sqlite", "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE '%\\_once' ESCAPE '\\'"), t => Assert.Contains(t, triggers));
    }

    [Fact]
    public void No_table_of_the_past_can_be_truncated_since_a_foreign_key_points_at_it()
    {
        var model = Model.Value;
        var pointedAt = model.GetObjects(DacQueryScopes.UserDefined, ForeignKeyConstraint.TypeClass)
            .SelectMany(k => k.GetReferenced(ForeignKeyConstraint.ForeignTable)).Select(t => t.Name.Parts[^1]).ToHashSet(StringComparer.Ordinal);
        Assert.All(Kept, t => Assert.Contains(t, pointedAt));
    }

    static TSqlModel ModelOf(string kind) => kind == "Sqlite" ? Model.Value : KeyModel.Value;

    static readonly Lazy<string> Folder = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("governance-schema-").FullName;
        foreach (var kind in new[] { "Sqlite", "KeysSqlite" })
        {
            using var database = new Sqlite(Path.Combine(folder, kind), kind);
            database.Migrate();
        }
        return folder;
    });

    static List<string> OnSqlite(string kind, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(Folder.Value, kind), Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read()) rows.Add(reader.GetString(0));
        return rows;
    }
}
