using System.Globalization;
using Microsoft.SqlServer.Dac.Model;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Governance.SqlServer.Tests;

/// <summary>What can be found out about T-SQL without a server. Each check gives one line for each fault.</summary>
public static class Checks
{
    public static IReadOnlyList<string> Parse(string sql) => Parse(sql, out _);

    static IReadOnlyList<string> Parse(string sql, out TSqlFragment parsed)
    {
        parsed = new TSql180Parser(initialQuotedIdentifiers: true, SqlEngineType.All).Parse(new StringReader(sql), out var errors);
        return [.. errors.Select(e => string.Create(CultureInfo.InvariantCulture, $"line {e.Line}: {e.Message}"))];
    }

    /// <summary>What the service never uses: SQL that not every server with this language has, or that does not do what it seems to.</summary>
    public static IReadOnlyList<string> Unportable(string sql)
    {
        Parse(sql, out var parsed);
        var found = new Avoided();
        parsed.Accept(found);
        return found.Faults;
    }

    /// <summary>Where a statement takes a table's columns as they come: it would break when a newer version adds one beside it (ADR 0019).</summary>
    public static IReadOnlyList<string> Unnamed(string sql)
    {
        Parse(sql, out var parsed);
        var found = new AsTheyCome();
        parsed.Accept(found);
        return found.Faults;
    }

    /// <summary>A model of the database as the migrations make it.</summary>
    public static TSqlModel Model(IEnumerable<string> migrations)
    {
        var model = new TSqlModel(SqlServerVersion.Sql160, new TSqlModelOptions());
        foreach (var statement in Declared.From(migrations)) model.AddObjects(statement);
        return model;
    }

    /// <summary>A script's statements one by one.</summary>
    internal static IEnumerable<TSqlStatement> Statements(string script)
    {
        Assert.Empty(Parse(script, out var parsed));
        return ((TSqlScript)parsed).Batches.SelectMany(b => b.Statements);
    }

    /// <summary>Names that the model does not know, in the tables themselves and in every statement.</summary>
    public static IReadOnlyList<string> Unknown(IEnumerable<string> migrations, IReadOnlyList<Statement> statements)
    {
        using var model = Model(migrations);
        for (var i = 0; i < statements.Count; i++) model.AddObjects(statements[i].AsProcedure(Name(i)));
        return [.. model.Validate().Select(m =>
        {
            var text = $"{m.Prefix}{m.Number}: {m.Message}";
            var about = Enumerable.Range(0, statements.Count).Where(i => m.Message.Contains($"[{Name(i)}]", StringComparison.Ordinal)).Select(i => statements[i].Place).FirstOrDefault();
            return about is null ? text : $"{about}: {text}";
        })];
    }

    static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"statement_{i:0000}");

    /// <summary>The columns of every table in the model, with the kind of value that each holds.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Columns(IEnumerable<string> migrations)
    {
        using var model = Model(migrations);
        return model.GetObjects(DacQueryScopes.UserDefined, Table.TypeClass).ToDictionary(
            t => t.Name.Parts[^1],
            t => (IReadOnlyDictionary<string, string>)t.GetReferenced(Table.Columns).ToDictionary(
                c => c.Name.Parts[^1], c => Kind(c.GetReferenced(Column.DataType).Single().Name.Parts[^1]), StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Parameters that meet a column of another kind: where they are compared with it, or stored in it.</summary>
    public static IReadOnlyList<string> Mismatched(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> tables, Statement statement)
    {
        Parse(statement.Sql, out var parsed);
        var found = new Meetings(tables, statement);
        parsed.Accept(found);
        return found.Faults;
    }

    /// <summary>Values of one kind can stand for each other.</summary>
    static string Kind(string type)
    {
        var name = type.ToLowerInvariant();
        var end = name.IndexOf('(', StringComparison.Ordinal);
        return (end < 0 ? name : name[..end]) switch
        {
            "nvarchar" => "text",
            "bigint" or "int" or "bit" => "number",
            "varbinary" => "bytes",
            var other => other,
        };
    }

    sealed class Avoided : TSqlFragmentVisitor
    {
        /// <summary>What both databases call by the same name, and what only SQL Server is asked for. The model takes any name for a function of the server's.</summary>
        static readonly string[] Functions = ["COUNT", "MAX", "MIN", "SUM", "LOWER", "UPPER", "SUBSTRING", "DB_NAME", "DB_ID"];

        public List<string> Faults { get; } = [];

        public override void Visit(FunctionCall node)
        {
            if (!Functions.Contains(node.FunctionName.Value, StringComparer.OrdinalIgnoreCase)) Faults.Add($"The function {node.FunctionName.Value}: not every database has it.");
        }

        public override void Visit(MergeStatement node) => Faults.Add("MERGE: not every server has it, and it does not lock as it seems to.");

        public override void Visit(TableHint node) => Faults.Add("A lock hint: servers may ignore it. Take the log's lock, or guard the update.");

        public override void Visit(CreateOrAlterProcedureStatement node) => Faults.Add("CREATE OR ALTER.");

        public override void Visit(CreateOrAlterTriggerStatement node) => Faults.Add("CREATE OR ALTER.");

        public override void Visit(CreateOrAlterViewStatement node) => Faults.Add("CREATE OR ALTER.");

        public override void Visit(CreateOrAlterFunctionStatement node) => Faults.Add("CREATE OR ALTER.");
    }

    sealed class AsTheyCome : TSqlFragmentVisitor
    {
        public List<string> Faults { get; } = [];

        public override void Visit(InsertSpecification node)
        {
            if (node.Columns.Count == 0) Faults.Add("An INSERT that does not name its columns.");
        }

        public override void Visit(SelectStarExpression node) => Faults.Add("A * for every column there is.");
    }

    /// <summary>Looks where a parameter stands beside a column.</summary>
    sealed class Meetings(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> tables, Statement statement) : TSqlFragmentVisitor
    {
        readonly HashSet<string> _tables = new(StringComparer.OrdinalIgnoreCase);
        readonly List<(string Column, string Parameter)> _met = [];

        public IReadOnlyList<string> Faults => [.. _met.Distinct().Where(m => !Fits(m.Column, m.Parameter))
            .Select(m => $"{statement.Place}: @{m.Parameter} is {statement.Parameters[m.Parameter]}, but the column {m.Column} is not")];

        public override void Visit(NamedTableReference node) => _tables.Add(node.SchemaObject.BaseIdentifier.Value);

        public override void Visit(BooleanComparisonExpression node) => Meet(node.FirstExpression, node.SecondExpression);

        public override void Visit(InPredicate node)
        {
            foreach (var value in node.Values) Meet(node.Expression, value);
        }

        public override void Visit(LikePredicate node) => Meet(node.FirstExpression, node.SecondExpression);

        public override void Visit(BooleanTernaryExpression node)
        {
            Meet(node.FirstExpression, node.SecondExpression);
            Meet(node.FirstExpression, node.ThirdExpression);
        }

        public override void Visit(AssignmentSetClause node) => Meet(node.Column, node.NewValue);

        public override void Visit(InsertSpecification node)
        {
            var values = node.InsertSource switch
            {
                ValuesInsertSource { RowValues: [var row, ..] } => row.ColumnValues.ToList(),
                SelectInsertSource { Select: QuerySpecification query } => [.. query.SelectElements.OfType<SelectScalarExpression>().Select(e => e.Expression)],
                _ => [],
            };
            for (var i = 0; i < Math.Min(values.Count, node.Columns.Count); i++) Meet(node.Columns[i], values[i]);
        }

        void Meet(ScalarExpression one, ScalarExpression other)
        {
            foreach (var column in Leaves(one).OfType<ColumnReferenceExpression>())
            {
                foreach (var parameter in Leaves(other).OfType<VariableReference>()) _met.Add((column.MultiPartIdentifier.Identifiers[^1].Value, parameter.Name[1..]));
            }
            foreach (var parameter in Leaves(one).OfType<VariableReference>())
            {
                foreach (var column in Leaves(other).OfType<ColumnReferenceExpression>().Where(c => c.MultiPartIdentifier is not null))
                    _met.Add((column.MultiPartIdentifier.Identifiers[^1].Value, parameter.Name[1..]));
            }
        }

        /// <summary>What an expression's value can be, as far as it is a column or a parameter as it stands.</summary>
        static IEnumerable<ScalarExpression> Leaves(ScalarExpression expression) => expression switch
        {
            ParenthesisExpression inner => Leaves(inner.Expression),
            SearchedCaseExpression choice => choice.WhenClauses.SelectMany(w => Leaves(w.ThenExpression)).Concat(choice.ElseExpression is null ? [] : Leaves(choice.ElseExpression)),
            CoalesceExpression choice => choice.Expressions.SelectMany(Leaves),
            BinaryExpression sum => Leaves(sum.FirstExpression).Concat(Leaves(sum.SecondExpression)),
            ColumnReferenceExpression { MultiPartIdentifier: null } => [],
            _ => [expression],
        };

        bool Fits(string column, string parameter)
        {
            if (!statement.Parameters.TryGetValue(parameter, out var type)) return true;
            var kinds = _tables.Where(tables.ContainsKey).Select(t => tables[t].GetValueOrDefault(column)).Where(k => k is not null).ToList();
            return kinds.Count == 0 || kinds.Contains(Kind(type));
        }
    }
}
