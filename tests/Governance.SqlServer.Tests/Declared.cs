using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Governance.SqlServer.Tests;

/// <summary>
/// Migrations folded into one declaration of each table, index, trigger and view. The model that DacFx makes knows what things are
/// and not how they came about, so it cannot be given an <c>ALTER</c> or a <c>DROP</c>.
/// </summary>
static class Declared
{
    /// <exception cref="NotSupportedException">A statement changes the tables in a way that is not understood here; the message holds it.</exception>
    public static IReadOnlyList<string> From(IEnumerable<string> migrations)
    {
        var things = new List<Thing>();
        foreach (var script in migrations)
        {
            foreach (var statement in Checks.Statements(script)) Add(things, statement, script.Substring(statement.StartOffset, statement.FragmentLength));
        }
        return [.. things.Select(t => t.Sql)];
    }

    sealed record Thing(string Kind, string Name, string On, string Sql, CreateTableStatement? Table = null);

    static void Add(List<Thing> things, TSqlStatement statement, string sql)
    {
        switch (statement)
        {
            case CreateTableStatement s:
                things.Add(new("table", NameOf(s.SchemaObjectName), "", sql, s));
                break;
            case CreateIndexStatement s:
                things.Add(new("index", s.Name.Value, NameOf(s.OnName), sql));
                break;
            case CreateTriggerStatement s:
                things.Add(new("trigger", NameOf(s.Name), NameOf(s.TriggerObject.Name), sql));
                break;
            case AlterTriggerStatement s:
                Remove(things, "trigger", NameOf(s.Name));
                things.Add(new("trigger", NameOf(s.Name), NameOf(s.TriggerObject.Name), "CREATE" + sql["ALTER".Length..]));
                break;
            case CreateViewStatement s:
                things.Add(new("view", NameOf(s.SchemaObjectName), "", sql));
                break;
            case DropTableStatement s:
                foreach (var table in s.Objects.Select(NameOf))
                {
                    Remove(things, "table", table);
                    things.RemoveAll(t => t.On == table);
                }
                break;
            case DropIndexStatement s:
                foreach (var index in s.DropIndexClauses.OfType<DropIndexClause>()) Remove(things, "index", index.Index.Value);
                break;
            case DropTriggerStatement s:
                foreach (var trigger in s.Objects.Select(NameOf)) Remove(things, "trigger", trigger);
                break;
            case DropViewStatement s:
                foreach (var view in s.Objects.Select(NameOf)) Remove(things, "view", view);
                break;
            case AlterTableAddTableElementStatement s:
                Change(things, s, d =>
                {
                    foreach (var column in s.Definition.ColumnDefinitions) d.ColumnDefinitions.Add(column);
                    foreach (var constraint in s.Definition.TableConstraints) d.TableConstraints.Add(constraint);
                });
                break;
            case AlterTableDropTableElementStatement s:
                Change(things, s, d => { foreach (var element in s.AlterTableDropTableElements) Drop(d, element, sql); });
                break;
            case AlterTableAlterColumnStatement s:
                Change(things, s, d => Alter(d.ColumnDefinitions.Single(c => Same(c.ColumnIdentifier, s.ColumnIdentifier)), s));
                break;
            case InsertStatement or UpdateStatement or DeleteStatement:
                break;
            default:
                throw new NotSupportedException($"A migration with a statement that these tests do not understand: {sql}");
        }
    }

    static void Drop(TableDefinition table, AlterTableDropTableElement element, string sql)
    {
        if (element.TableElementType == TableElementType.Column)
        {
            table.ColumnDefinitions.Remove(table.ColumnDefinitions.Single(c => Same(c.ColumnIdentifier, element.Name)));
            return;
        }
        bool Named(ConstraintDefinition? constraint) => constraint?.ConstraintIdentifier is { } name && Same(name, element.Name);
        if (table.TableConstraints.FirstOrDefault(Named) is { } whole)
        {
            table.TableConstraints.Remove(whole);
            return;
        }
        foreach (var column in table.ColumnDefinitions)
        {
            if (Named(column.DefaultConstraint))
            {
                column.DefaultConstraint = null;
                return;
            }
            if (column.Constraints.FirstOrDefault(Named) is { } one)
            {
                column.Constraints.Remove(one);
                return;
            }
        }
        throw new NotSupportedException($"A migration that drops something that is not there: {sql}");
    }

    static void Alter(ColumnDefinition column, AlterTableAlterColumnStatement statement)
    {
        column.DataType = statement.DataType;
        column.Collation = statement.Collation;
        foreach (var old in column.Constraints.OfType<NullableConstraintDefinition>().ToList()) column.Constraints.Remove(old);
        column.Constraints.Add(new NullableConstraintDefinition { Nullable = statement.AlterTableAlterColumnOption != AlterTableAlterColumnOption.NotNull });
    }

    static void Change(List<Thing> things, AlterTableStatement statement, Action<TableDefinition> change)
    {
        var at = things.FindIndex(t => t.Kind == "table" && t.Name == NameOf(statement.SchemaObjectName));
        if (at < 0) throw new NotSupportedException($"A migration that alters {NameOf(statement.SchemaObjectName)}, which is not there.");
        change(things[at].Table!.Definition);
        new Sql160ScriptGenerator().GenerateScript(things[at].Table, out var sql);
        things[at] = things[at] with { Sql = sql };
    }

    static void Remove(List<Thing> things, string kind, string name)
    {
        if (things.RemoveAll(t => t.Kind == kind && t.Name == name) == 0) throw new NotSupportedException($"A migration that drops the {kind} {name}, which is not there.");
    }

    static string NameOf(SchemaObjectName name) => name.BaseIdentifier.Value;

    static bool Same(Identifier one, Identifier other) => string.Equals(one.Value, other.Value, StringComparison.OrdinalIgnoreCase);
}
