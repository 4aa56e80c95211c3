using System.Collections.Immutable;
using Governance.Service.Data;

namespace Governance.SqlServer.Tests;

/// <summary>
/// Every statement that the service sends, against the tables that the migrations make, without a server: it parses, every
/// name in it is known, and every parameter fits the column that it meets.
/// </summary>
public sealed class StatementTests
{
    internal static readonly Lazy<Sources> Read = new(() => new Sources(Files.Root));
    static readonly Lazy<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> Columns = new(() => Checks.Columns(Files.Migrations));
    static readonly Lazy<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> KeyColumns = new(() => Checks.Columns(Files.KeyMigrations));

    [Fact]
    public void Every_statement_in_the_sources_is_found_with_the_types_of_its_parameters()
    {
        var sources = Read.Value;
        Assert.Empty(sources.Unread);
        Assert.Empty(sources.Overlooked());
        Assert.True(sources.Statements.Count >= 100 && sources.Statements.Count >= sources.Texts, $"Only {sources.Statements.Count} statements were found, for {sources.Texts} texts.");
    }

    [Fact]
    public void No_other_project_sends_any() =>
        Assert.All(Files.Under("src").Where(f => f.EndsWith(".csproj", StringComparison.Ordinal) && Path.GetFileName(f) != "Governance.Service.csproj"), f =>
        {
            Assert.DoesNotContain("Dapper", File.ReadAllText(f), StringComparison.Ordinal);
            Assert.DoesNotContain("Sql", File.ReadAllText(f), StringComparison.Ordinal);
        });

    [Fact]
    public void Every_statement_parses_as_T_SQL_and_is_portable() =>
        Assert.Empty(Read.Value.Statements.SelectMany(s => Checks.Parse(s.Sql).Concat(Checks.Unportable(s.Sql)).Select(f => $"{s.Place}: {f}")));

    [Fact]
    public void Every_statement_names_its_columns_so_that_one_that_a_newer_version_adds_does_not_disturb_it()
    {
        Assert.Empty(Read.Value.Statements.SelectMany(s => Checks.Unnamed(s.Sql).Select(f => $"{s.Place}: {f}")));
        Assert.Single(Checks.Unnamed("INSERT INTO person VALUES (1)"));
        Assert.Single(Checks.Unnamed("SELECT * FROM person"));
        Assert.Empty(Checks.Unnamed("INSERT INTO person (id) SELECT COUNT(*) FROM person"));
    }

    [Fact]
    public void Every_name_in_every_statement_is_in_the_tables_that_the_migrations_make() =>
        Assert.Empty(Checks.Unknown([.. Files.Migrations, MoveUpSql.Marks], [.. Read.Value.Statements.Where(s => !s.AsksTheServer && !s.IsOfTheKeys), .. Moving(MoveUp.Tables, Columns.Value)]));

    [Fact]
    public void Every_name_in_the_key_stores_statements_is_in_its_own_tables_and_not_in_those_of_the_data()
    {
        var statements = Read.Value.Statements.Where(s => !s.AsksTheServer && s.IsOfTheKeys).ToList();
        Assert.True(statements.Count >= 20, $"Only {statements.Count} statements were found.");
        Assert.Empty(Checks.Unknown([.. Files.KeyMigrations, MoveUpSql.Marks], [.. statements, .. Moving(MoveUp.KeyTables, KeyColumns.Value)]));
        var elsewhere = Checks.Unknown(Files.Migrations, statements);
        Assert.All(statements, s => Assert.Contains(elsewhere, f => f.StartsWith($"{s.Place}: ", StringComparison.Ordinal)));
        Assert.Empty(Columns.Value.Keys.Intersect(KeyColumns.Value.Keys, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Every_parameter_fits_the_column_that_it_is_compared_with_or_stored_in()
    {
        Assert.Empty(Read.Value.Statements.SelectMany(s => Checks.Mismatched(s.IsOfTheKeys ? KeyColumns.Value : Columns.Value, s)));
    }

    [Fact]
    public void What_moves_an_installation_is_right_for_every_table()
    {
        var columns = Columns.Value;
        // The migrations themselves say which program the tables need.
        Assert.Equal(columns.Keys.Where(t => t is not ("ledger_kept" or "schema_needs")).Order(StringComparer.Ordinal), MoveUp.Tables.Select(t => t.Table).Order(StringComparer.Ordinal));
        // And of the key store.
        Assert.Equal(KeyColumns.Value.Keys.Where(t => t is not "key_change").Order(StringComparer.Ordinal), MoveUp.KeyTables.Select(t => t.Table).Order(StringComparer.Ordinal));
        foreach (var (tables, all) in new[] { (MoveUp.Tables, columns), (MoveUp.KeyTables, KeyColumns.Value) })
            Assert.Empty(Moving(tables, all).SelectMany(s => Checks.Parse(s.Sql).Concat(Checks.Unportable(s.Sql)).Concat(Checks.Mismatched(all, s))));
    }

    /// <summary>What is made for each table to move it.</summary>
    static List<Statement> Moving(IReadOnlyList<(string Table, string[] Key)> tables, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> columns)
    {
        var take = new Service.Data.SqlServer("Server=none").Take;
        Statement Of(string sql, string table, IEnumerable<string> parts, string prefix) =>
            Made(sql, [("take", "INT"), .. parts.Select((c, i) => ($"{prefix}{i}", Types[columns[table][c]]))]);
        return [.. tables.SelectMany(t => new[]
        {
            Made(MoveUpSql.Count(t.Table)),
            Made(MoveUpSql.All(t.Table)),
            Made(MoveUpSql.Shape(t.Table)),
            Of(MoveUpSql.Page(t.Table, t.Key, after: false, take), t.Table, t.Key, "k"),
            Of(MoveUpSql.Page(t.Table, t.Key, after: true, take), t.Table, t.Key, "k"),
            Of(MoveUpSql.Insert(t.Table, [.. columns[t.Table].Keys]), t.Table, columns[t.Table].Keys, "v"),
        })];
    }

    static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["text"] = "NVARCHAR(MAX)",
        ["number"] = "BIGINT",
        ["bytes"] = "VARBINARY(MAX)",
        ["uniqueidentifier"] = "UNIQUEIDENTIFIER",
        ["datetimeoffset"] = "DATETIMEOFFSET(7)",
        ["date"] = "DATE",
    };

    [Fact]
    public void A_name_that_is_not_there_is_found()
    {
        (string Sql, string Number)[] wrong =
        [
            ("SELECT name, emial FROM person", "71501"),
            ("SELECT p.nothing FROM person p JOIN person_role r ON r.person = p.id", "71501"),
            ("UPDATE person SET nothing = 1", "71501"),
            ("SELECT name FROM persons", "71502"),
            ("DELETE FROM ledger_entries", "71502"),
        ];
        var found = Checks.Unknown(Files.Migrations, [Made("SELECT name FROM person"), .. wrong.Select((w, i) => Made(w.Sql) with { Place = $"wrong {i}" })]);
        for (var i = 0; i < wrong.Length; i++)
            Assert.Contains(found, f => f.StartsWith($"wrong {i}: ", StringComparison.Ordinal) && f.Contains(wrong[i].Number, StringComparison.Ordinal));
        Assert.DoesNotContain(found, f => f.StartsWith("made", StringComparison.Ordinal));
    }

    [Fact]
    public void A_wrong_name_or_a_parameter_of_another_kind_in_the_key_store_is_found()
    {
        (string Sql, string Number)[] wrong =
        [
            ("SELECT subjekt FROM sealing_key", "71501"),
            ("UPDATE key_change SET number = 1", "71501"),
            ("DELETE FROM sealing_keys", "71502"),
            // A table of the data is not to be had here.
            ("SELECT name FROM person", "71502"),
        ];
        var found = Checks.Unknown(Files.KeyMigrations, [Made("SELECT wrapped FROM sealing_key"), .. wrong.Select((w, i) => Made(w.Sql) with { Place = $"wrong {i}" })]);
        for (var i = 0; i < wrong.Length; i++)
            Assert.Contains(found, f => f.StartsWith($"wrong {i}: ", StringComparison.Ordinal) && f.Contains(wrong[i].Number, StringComparison.Ordinal));
        Assert.DoesNotContain(found, f => f.StartsWith("made", StringComparison.Ordinal));
        Assert.Single(Checks.Mismatched(KeyColumns.Value, Made("SELECT wrapped FROM sealing_key WHERE id = @value", ("value", "NVARCHAR(MAX)"))));
        Assert.Single(Checks.Mismatched(KeyColumns.Value, Made("INSERT INTO erased_person (person, at) SELECT @value, at FROM destroyed_key", ("value", "NVARCHAR(MAX)"))));
    }

    [Fact]
    public void A_wrong_name_in_a_guard_is_found() =>
        Assert.NotEmpty(Checks.Unknown([.. Files.Migrations, "CREATE TRIGGER wrong ON person AFTER UPDATE AS IF EXISTS (SELECT 1 FROM inserted i WHERE i.nothing = 1) THROW 51000, 'x', 1;"], []));

    [Theory]
    [InlineData("SELECT name FROM person LIMIT 1")]
    [InlineData("SELECT name FORM person")]
    [InlineData("INSERT OR REPLACE INTO setting (name, value) VALUES ('a', 'b')")]
    [InlineData("INSERT INTO setting (name, value) VALUES ('a', 'b') ON CONFLICT (name) DO NOTHING")]
    public void A_mistake_in_the_language_is_found(string sql) => Assert.NotEmpty(Checks.Parse(sql));

    [Theory]
    [InlineData("SELECT name FROM person WITH (UPDLOCK) WHERE active = 1")]
    [InlineData("MERGE setting AS t USING (SELECT 'a' AS name) AS s ON t.name = s.name WHEN MATCHED THEN UPDATE SET value = '';")]
    [InlineData("SELECT SUBSTR(name, 1, 2) FROM person")]
    [InlineData("CREATE OR ALTER VIEW a AS SELECT 1 AS b")]
    public void What_not_every_server_does_is_found(string sql)
    {
        Assert.Empty(Checks.Parse(sql));
        Assert.NotEmpty(Checks.Unportable(sql));
    }

    [Theory]
    [InlineData("SELECT name FROM person WHERE id = @value", "NVARCHAR(MAX)")]
    [InlineData("SELECT name FROM person p WHERE p.locked_until < @value", "BIGINT")]
    [InlineData("UPDATE proposal SET state = CASE WHEN id = 1 THEN state ELSE @value END", "UNIQUEIDENTIFIER")]
    [InlineData("INSERT INTO ledger_tile (level, number, hashes) VALUES (1, 2, @value)", "NVARCHAR(MAX)")]
    [InlineData("INSERT INTO proposal_person (proposal, pseudonym, person) SELECT @value, 'a', lead FROM proposal", "NVARCHAR(MAX)")]
    [InlineData("SELECT name FROM person WHERE id IN (@value)", "BIGINT")]
    public void A_parameter_of_another_kind_is_found(string sql, string type) =>
        Assert.Single(Checks.Mismatched(Columns.Value, Made(sql, ("value", type))));

    [Fact]
    public void A_statement_that_cannot_be_read_or_is_sent_another_way_is_found()
    {
        var sources = new Sources("made.cs", """
            using Dapper;
            using Governance.Service.Data;
            class Made
            {
                public void Unknown(Session session, string[] parts) => session.Execute(parts[0]);
                public void NoType(Session session) => session.Execute("UPDATE setting SET value = @value", new { other = 1 });
                public void Elsewhere(System.Data.IDbCommand command) { var text = "DELETE FROM setting"; command.CommandText = text; }
                public void Fine(Session session, string where) => session.Execute($"DELETE FROM setting WHERE {where}", new { value = System.Guid.Empty });
                public void Calls(Session session, bool one) => Fine(session, one ? "name = @value" : "value = @value");
            }
            """);
        Assert.Equal(2, sources.Unread.Count);
        Assert.Contains(sources.Unread, u => u.StartsWith("made.cs:5", StringComparison.Ordinal));
        Assert.Contains(sources.Unread, u => u.StartsWith("made.cs:6", StringComparison.Ordinal));
        Assert.Equal(["made.cs:7", "made.cs:7"], sources.Overlooked().Select(o => o[..9]));
        var fine = sources.Statements.Where(s => s.Place == "made.cs:8").ToList();
        Assert.Equal(["DELETE FROM setting WHERE name = @value", "DELETE FROM setting WHERE value = @value"], fine.Select(s => s.Sql));
        Assert.All(fine, s => Assert.Equal("UNIQUEIDENTIFIER", s.Parameters["value"]));
    }

    static Statement Made(string sql, params (string Name, string Type)[] parameters) =>
        new("made.cs:1", sql, parameters.ToImmutableSortedDictionary(p => p.Name, p => p.Type, StringComparer.Ordinal));
}
