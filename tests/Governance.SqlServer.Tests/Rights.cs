using Microsoft.SqlServer.Dac.Model;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Governance.SqlServer.Tests;

/// <summary>
/// What the service's own login may do with each table: what its statements do and no more. The scripts that say so to the
/// server are written from this (<c>GOVERNANCE_WRITE_DOCS=1</c>), so a new table cannot be forgotten in them.
/// </summary>
static class Rights
{
    static readonly string[] All = ["SELECT", "INSERT", "UPDATE", "DELETE"];

    /// <summary>Tables that tell of the past: what is not granted there is denied too, so that no other role gives it.</summary>
    public static bool IsOfThePast(string table) =>
        new[] { "ledger_", "erased_", "destroyed_" }.Any(p => table.StartsWith(p, StringComparison.Ordinal));

    /// <summary>The tables of a model, each with what the statements do to it.</summary>
    public static SortedDictionary<string, IReadOnlyList<string>> Needed(TSqlModel model, IEnumerable<Statement> statements)
    {
        var found = new Uses();
        foreach (var statement in statements)
        {
            new TSql180Parser(initialQuotedIdentifiers: true, SqlEngineType.All).Parse(new StringReader(statement.Sql), out _).Accept(found);
        }
        var needed = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var table in model.GetObjects(DacQueryScopes.UserDefined, Table.TypeClass).Select(t => t.Name.Parts[^1]))
            needed[table] = [.. All.Where(r => found.Rights.Contains((table, r)))];
        // The list of migrations, which no migration makes: the service reads which were done, and leaves doing them to the owner.
        needed["SchemaVersions"] = ["SELECT"];
        return needed;
    }

    public static string Script(string role, string about, SortedDictionary<string, IReadOnlyList<string>> needed) => string.Join('\n',
    [
        "-- Run by the owner of the database, after the service has made its tables, and again after each update (docs/sql-server.md).",
        $"-- It makes a role for the service's own login that can do what the service does with {about}, and no more:",
        "-- it can change no table's shape, empty none at one stroke, and switch off no trigger. Triggers refuse changes of the past",
        "-- to everybody; this refuses them to the service even where somebody disables a trigger.",
        "-- Written by the tests from the tables and the service's statements. Do not change it by hand.",
        $"IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = N'{role}') CREATE ROLE {role};",
        "GO",
        "-- An earlier version of this script granted it for all tables at once.",
        $"REVOKE SELECT, INSERT, UPDATE, DELETE ON SCHEMA::dbo FROM {role};",
        "GO",
        .. needed.Where(n => n.Value.Count > 0).Select(n => $"GRANT {string.Join(", ", n.Value)} ON OBJECT::dbo.{n.Key} TO {role};"),
        "GO",
        .. needed.Where(n => IsOfThePast(n.Key)).Select(n => $"DENY {string.Join(", ", All.Skip(1).Except(n.Value).Append("ALTER"))} ON OBJECT::dbo.{n.Key} TO {role};"),
        "-- What has been done to the tables is for the owner to write.",
        $"DENY INSERT, UPDATE, DELETE, ALTER ON OBJECT::dbo.SchemaVersions TO {role};",
        "GO",
        "",
    ]);

    /// <summary>What a script grants and denies, table by table, as the server reads it.</summary>
    public static (ILookup<string, string> Granted, ILookup<string, string> Denied) Read(string script)
    {
        var parsed = (TSqlScript)new TSql180Parser(initialQuotedIdentifiers: true, SqlEngineType.All).Parse(new StringReader(script), out var errors);
        Assert.Empty(errors);
        var statements = parsed.Batches.SelectMany(b => b.Statements).OfType<SecurityStatement>().Where(s => s.SecurityTargetObject.ObjectKind == SecurityObjectKind.Object).ToList();
        static IEnumerable<(string Table, string Right)> Of(SecurityStatement s) =>
            s.Permissions.SelectMany(p => p.Identifiers).Select(p => (s.SecurityTargetObject.ObjectName.MultiPartIdentifier.Identifiers[^1].Value, p.Value.ToUpperInvariant()));
        return (statements.OfType<GrantStatement>().SelectMany(Of).ToLookup(r => r.Table, r => r.Right), statements.OfType<DenyStatement>().SelectMany(Of).ToLookup(r => r.Table, r => r.Right));
    }

    sealed class Uses : TSqlFragmentVisitor
    {
        readonly HashSet<TableReference> _targets = [];

        public HashSet<(string Table, string Right)> Rights { get; } = [];

        public override void Visit(InsertSpecification node)
        {
            Add(node.Target, "INSERT");
            _targets.Add(node.Target);
        }

        // Both also look which rows they are about, and so read the table: that is seen below.
        public override void Visit(UpdateSpecification node) => Add(node.Target, "UPDATE");

        public override void Visit(DeleteSpecification node) => Add(node.Target, "DELETE");

        public override void Visit(NamedTableReference node)
        {
            if (!_targets.Contains(node)) Add(node, "SELECT");
        }

        void Add(TableReference table, string right)
        {
            if (table is NamedTableReference named) Rights.Add((named.SchemaObject.BaseIdentifier.Value, right));
        }
    }
}
