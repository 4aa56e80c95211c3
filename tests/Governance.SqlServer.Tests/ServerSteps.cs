using System.Globalization;
using Microsoft.SqlServer.Dac.Model;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Governance.SqlServer.Tests;

/// <summary>Looks at DacFx's model of the tables for SQL Server before and after each migration.</summary>
static class ServerSteps
{
    public static IReadOnlyList<Step> Of(IReadOnlyList<(string Name, string Sql)> migrations)
    {
        var steps = new List<Step>();
        for (var i = 0; i < migrations.Count; i++)
        {
            var (before, after) = (Look(migrations.Take(i)), Look(migrations.Take(i + 1)));
            var writes = new Writes();
            // What a trigger writes, it writes later.
            foreach (var statement in Checks.Statements(migrations[i].Sql).Where(s => s is not TriggerStatementBody)) statement.Accept(writes);
            steps.Add(new Step(migrations[i].Name, [.. Shape.Blocks(before, after), .. Rows.Changed(writes.Tables, before, after)], writes.Raises));
        }
        return steps;
    }

    static Shape Look(IEnumerable<(string Name, string Sql)> migrations)
    {
        using var model = Checks.Model(migrations.Select(m => m.Sql));
        IEnumerable<TSqlObject> All(ModelTypeClass type) => model.GetObjects(DacQueryScopes.UserDefined, type);
        var defaults = All(DefaultConstraint.TypeClass).ToDictionary(
            d => (Of(d, DefaultConstraint.Host), Of(d, DefaultConstraint.TargetColumn)), d => Bare(Text(d, DefaultConstraint.Expression)));
        var columns = new Dictionary<(string, string), ColumnShape>();
        var rules = new Dictionary<(string, string), string>();
        foreach (var table in All(Table.TypeClass))
        {
            foreach (var column in table.GetReferenced(Table.Columns))
            {
                var at = (Name(table), Name(column));
                var computed = Text(column, Column.Expression);
                columns[at] = new ColumnShape(computed.Length == 0 ? TypeOf(column) : computed, column.GetProperty<bool>(Column.Nullable), defaults.GetValueOrDefault(at), computed.Length > 0);
                if (column.GetProperty<bool>(Column.IsIdentity)) rules[(at.Item1, $"numbers of the server's own in {at.Item2}")] = "";
            }
        }
        foreach (var k in All(PrimaryKeyConstraint.TypeClass)) rules[(Of(k, PrimaryKeyConstraint.Host), $"key ({Names(k, PrimaryKeyConstraint.Columns)})")] = "";
        foreach (var k in All(UniqueConstraint.TypeClass)) rules[(Of(k, UniqueConstraint.Host), $"unique ({Names(k, UniqueConstraint.Columns)})")] = "";
        foreach (var k in All(Microsoft.SqlServer.Dac.Model.Index.TypeClass).Where(k => k.GetProperty<bool>(Microsoft.SqlServer.Dac.Model.Index.Unique)))
            rules[(Of(k, Microsoft.SqlServer.Dac.Model.Index.IndexedObject), $"unique ({Names(k, Microsoft.SqlServer.Dac.Model.Index.Columns)})")] = Text(k, Microsoft.SqlServer.Dac.Model.Index.FilterPredicate);
        foreach (var k in All(ForeignKeyConstraint.TypeClass))
        {
            var (from, to) = (Of(k, ForeignKeyConstraint.Host), Of(k, ForeignKeyConstraint.ForeignTable));
            var (update, delete) = (k.GetProperty<ForeignKeyAction>(ForeignKeyConstraint.UpdateAction), k.GetProperty<ForeignKeyAction>(ForeignKeyConstraint.DeleteAction));
            var acts = string.Concat(update == ForeignKeyAction.NoAction ? "" : $" on update {update}", delete == ForeignKeyAction.NoAction ? "" : $" on delete {delete}");
            rules[(from, $"foreign key ({Names(k, ForeignKeyConstraint.Columns)}) to {to}{acts}")] = Names(k, ForeignKeyConstraint.ForeignColumns);
            rules[(to, $"foreign key from {from} ({Names(k, ForeignKeyConstraint.Columns)}){acts}")] = Names(k, ForeignKeyConstraint.ForeignColumns);
        }
        foreach (var k in All(CheckConstraint.TypeClass)) rules[(Of(k, CheckConstraint.Host), $"check ({Shape.Plain(Bare(Text(k, CheckConstraint.Expression)))})")] = "";
        foreach (var k in All(DmlTrigger.TypeClass)) rules[(Of(k, DmlTrigger.TriggerObject), $"trigger {Name(k)}")] = Shape.Plain(k.GetScript());
        foreach (var view in All(View.TypeClass)) rules[(Name(view), $"view {Name(view)}")] = Shape.Plain(view.GetScript());
        return new Shape { Tables = All(Table.TypeClass).Concat(All(View.TypeClass)).Select(Name).ToHashSet(StringComparer.Ordinal), Columns = columns, Rules = rules };
    }

    static string TypeOf(TSqlObject column)
    {
        var type = Name(column.GetReferenced(Column.DataType).Single());
        var length = column.GetProperty<int>(Column.Length);
        var size = column.GetProperty<bool>(Column.IsMax) ? "(max)" : length > 0 ? $"({length})"
            : $"({column.GetProperty<int>(Column.Precision)},{column.GetProperty<int>(Column.Scale)})";
        var collation = Text(column, Column.Collation);
        return string.Create(CultureInfo.InvariantCulture, $"{type}{(size == "(0,0)" ? "" : size)}{(collation.Length == 0 ? "" : $" {collation}")}");
    }

    static string Name(TSqlObject thing) => thing.Name.Parts[^1];

    static string Of(TSqlObject thing, ModelRelationshipClass relation) => Name(thing.GetReferenced(relation).Single());

    static string Names(TSqlObject thing, ModelRelationshipClass relation) => string.Join(", ", thing.GetReferenced(relation).Select(Name));

    static string Text(TSqlObject thing, ModelPropertyClass property) => thing.GetProperty(property)?.ToString() ?? "";

    /// <summary>Without the brackets around all of it, which may be there or not.</summary>
    static string Bare(string expression)
    {
        var bare = expression.Trim();
        return bare.Length > 1 && bare[0] == '(' && bare[^1] == ')' && bare.IndexOf(')', StringComparison.Ordinal) == bare.Length - 1 ? Bare(bare[1..^1]) : bare;
    }

    sealed class Writes : TSqlFragmentVisitor
    {
        public HashSet<string> Tables { get; } = new(StringComparer.Ordinal);

        public bool Raises { get; private set; }

        public override void Visit(InsertSpecification node)
        {
            Add(node.Target);
            Raises |= Asks(node.Target);
        }

        public override void Visit(DeleteSpecification node) => Add(node.Target);

        public override void Visit(UpdateSpecification node)
        {
            Add(node.Target);
            Raises |= Asks(node.Target);
        }

        static bool Asks(TableReference target) => target is NamedTableReference { SchemaObject.BaseIdentifier.Value: "schema_needs" };

        void Add(TableReference target)
        {
            if (target is NamedTableReference named) Tables.Add(named.SchemaObject.BaseIdentifier.Value);
        }
    }
}
