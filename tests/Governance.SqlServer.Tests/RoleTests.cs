using System.Collections.Immutable;
using Microsoft.SqlServer.Dac.Model;

namespace Governance.SqlServer.Tests;

/// <summary>The scripts that tell the server what the service's own login may do.</summary>
public sealed class RoleTests
{
    static string ScriptOf(string name) => File.ReadAllText(Path.Combine(Files.Root, "deploy", "sql-server", name));

    public static TheoryData<string> Scripts => ["role.sql", "keys-role.sql"];

    static (TSqlModel Model, SortedDictionary<string, IReadOnlyList<string>> Needed, string Text) Made(string name, params string[] more)
    {
        var keys = name == "keys-role.sql";
        var model = Checks.Model([.. keys ? Files.KeyMigrations : Files.Migrations, .. more]);
        var needed = Rights.Needed(model, StatementTests.Read.Value.Statements.Where(s => s.IsOfTheKeys == keys));
        return (model, needed, Rights.Script(keys ? "governance_keys_service" : "governance_service", keys ? "the keys" : "the data", needed));
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_names_every_table_with_what_the_service_does_to_it(string name)
    {
        var (model, needed, text) = Made(name);
        using var _ = model;
        if (Environment.GetEnvironmentVariable("GOVERNANCE_WRITE_DOCS") == "1") File.WriteAllText(Path.Combine(Files.Root, "deploy", "sql-server", name), text);
        Assert.True(text == ScriptOf(name), $"deploy/sql-server/{name} does not fit the tables or the statements any more. Run these tests with GOVERNANCE_WRITE_DOCS=1 and look at what changes.");
        var (granted, _) = Rights.Read(ScriptOf(name));
        foreach (var (table, rights) in needed) Assert.Equal((table, string.Join(", ", rights)), (table, string.Join(", ", granted[table])));
        Assert.Empty(granted.Select(g => g.Key).Except(needed.Keys, StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_lets_the_service_change_or_remove_anything_of_the_past()
    {
        var (granted, denied) = Rights.Read(ScriptOf("role.sql"));
        foreach (var table in new[] { "ledger_entry", "ledger_tile", "ledger_checkpoint", "ledger_cosignature" })
        {
            Assert.Equal(["INSERT", "SELECT"], granted[table].Order(StringComparer.Ordinal));
            Assert.Equal(["ALTER", "DELETE", "UPDATE"], denied[table].Order(StringComparer.Ordinal));
        }
        foreach (var table in new[] { "ledger_head", "ledger_proposal_head" }) Assert.Equal(["ALTER", "DELETE"], denied[table].Order(StringComparer.Ordinal));
        Assert.Equal(["ALTER", "UPDATE"], denied["ledger_disclosure"].Order(StringComparer.Ordinal));
        Assert.Empty(granted["ledger_kept"]);
        Assert.Equal(["ALTER", "DELETE", "INSERT", "UPDATE"], denied["ledger_kept"].Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_trigger_refuses_to_everybody_is_not_granted_to_the_service()
    {
        var (granted, _) = Rights.Read(ScriptOf("role.sql"));
        using var model = Checks.Model(Files.Migrations);
        var refused = model.GetObjects(DacQueryScopes.UserDefined, DmlTrigger.TypeClass).Select(t => t.Name.Parts[^1])
            .SelectMany(t => new[] { ("_no_update", "UPDATE"), ("_no_delete", "DELETE") }.Where(k => t.EndsWith(k.Item1, StringComparison.Ordinal)).Select(k => (Table: t[..^k.Item1.Length], Right: k.Item2))).ToList();
        Assert.True(refused.Count >= 6, $"Only {refused.Count} such triggers were found.");
        Assert.All(refused, r => Assert.DoesNotContain(r.Right, granted[r.Table]));
    }

    [Fact]
    public void No_key_that_was_destroyed_can_be_made_forgotten()
    {
        var (granted, denied) = Rights.Read(ScriptOf("keys-role.sql"));
        foreach (var table in new[] { "destroyed_key", "erased_value", "erased_person" })
        {
            Assert.Equal(["INSERT", "SELECT"], granted[table].Order(StringComparer.Ordinal));
            Assert.Equal(["ALTER", "DELETE", "UPDATE"], denied[table].Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_new_table_or_a_new_use_of_one_is_noticed(string name)
    {
        var (model, _, text) = Made(name, "CREATE TABLE ledger_new (id BIGINT NOT NULL PRIMARY KEY);");
        using var _1 = model;
        // Nothing is granted that no statement needs, but what would be of the past is denied at once.
        Assert.NotEqual(ScriptOf(name), text);
        Assert.Contains("DENY INSERT, UPDATE, DELETE, ALTER ON OBJECT::dbo.ledger_new TO", text, StringComparison.Ordinal);
        var table = name == "role.sql" ? "person" : "value_key";
        Statement[] statements =
        [
            new("made.cs:1", $"INSERT INTO {table} SELECT * FROM ledger_new", ImmutableSortedDictionary<string, string>.Empty),
            new("made.cs:1", "UPDATE ledger_new SET id = 1 WHERE EXISTS (SELECT 1 FROM SchemaVersions)", ImmutableSortedDictionary<string, string>.Empty),
            new("made.cs:1", "DELETE FROM ledger_new WHERE id = 1", ImmutableSortedDictionary<string, string>.Empty),
        ];
        var needed = Rights.Needed(model, statements);
        Assert.Equal(["INSERT"], needed[table]);
        Assert.Equal(["SELECT", "UPDATE", "DELETE"], needed["ledger_new"]);
    }
}
