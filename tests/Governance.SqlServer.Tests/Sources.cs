using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Governance.Service.Data;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Governance.SqlServer.Tests;

/// <summary>
/// Finds every statement in the service's sources: each call of <see cref="Session"/> or Dapper, with its text put together
/// from what the compiler knows, and its parameters with the types that Dapper would give them.
/// </summary>
public sealed partial class Sources
{
    /// <summary>
    /// What belongs to the embedded database alone; the session itself, which only hands statements on; and what is made for each
    /// table, which is checked for each table.
    /// </summary>
    static readonly string[] Embedded = ["Sqlite.cs", "GroupCommit.cs", "PreparedConnection.cs", "SqliteKeys.cs", "Session.cs", "MoveUpSql.cs"];

    static readonly string[] Calls = ["QueryAsync", "FirstAsync", "ScalarAsync", "ExecuteAsync", "Query", "Scalar", "Execute", "ExecuteScalar", "ExecuteScalarAsync", "QueryFirst", "QueryFirstOrDefault", "QueryFirstOrDefaultAsync"];

    readonly CSharpCompilation _compilation;
    readonly HashSet<(string Path, int Start)> _read = [];
    readonly List<string> _unread = [];
    readonly List<Statement> _statements = [];

    /// <summary>All of the service's sources.</summary>
    public Sources(string root) : this(Files(root), a => Path.GetFileName(a) != "Governance.Service.dll") { }

    /// <summary>One file that uses the service.</summary>
    public Sources(string path, string text) : this([(path, text)], _ => true) { }

    static IEnumerable<(string Path, string Text)> Files(string root)
    {
        var folder = Path.Combine(root, "src", "Governance.Service");
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(f => (Path.GetRelativePath(root, f), File.ReadAllText(f)));
    }

    Sources(IEnumerable<(string Path, string Text)> files, Func<string, bool> referenced)
    {
        const string usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";
        _compilation = CSharpCompilation.Create("read",
            [.. files.Append((Path: "usings.cs", Text: usings)).Select(f => CSharpSyntaxTree.ParseText(f.Text, path: f.Path))],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(referenced).Select(a => MetadataReference.CreateFromFile(a)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        foreach (var tree in Trees) ReadCalls(tree);
    }

    public IReadOnlyList<Statement> Statements => _statements;

    /// <summary>Calls whose text or parameters could not be worked out, each with its place.</summary>
    public IReadOnlyList<string> Unread => _unread;

    IEnumerable<SyntaxTree> Trees => _compilation.SyntaxTrees.Where(t => !Embedded.Contains(Path.GetFileName(t.FilePath)));

    /// <summary>Texts that begin as a statement does but are in none that was found, and commands made by hand.</summary>
    public IReadOnlyList<string> Overlooked() =>
    [
        .. Trees.SelectMany(t => t.GetRoot().DescendantNodes().OfType<ExpressionSyntax>().Where(LooksLikeSql))
            .Where(e => !_read.Contains((e.SyntaxTree.FilePath, e.SpanStart))).Select(e => $"{Place(e)}: {e}"),
        .. Trees.SelectMany(t => t.GetRoot().DescendantNodes().OfType<AssignmentExpressionSyntax>())
            .Where(a => a.Left.ToString().EndsWith("CommandText", StringComparison.Ordinal)).Select(a => $"{Place(a)}: {a}"),
    ];

    /// <summary>How many texts in the sources begin as a statement does.</summary>
    public int Texts => Trees.Sum(t => t.GetRoot().DescendantNodes().OfType<ExpressionSyntax>().Count(LooksLikeSql));

    static bool LooksLikeSql(ExpressionSyntax e) => e switch
    {
        LiteralExpressionSyntax { Token.Value: string text } => Beginning().IsMatch(text),
        InterpolatedStringExpressionSyntax { Contents: [InterpolatedStringTextSyntax first, ..] } => Beginning().IsMatch(first.TextToken.ValueText),
        _ => false,
    };

    [GeneratedRegex(@"^\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|REPLACE\s+INTO|WITH\s+\w+\s+AS\s*\(|MERGE\s|EXEC\s|DECLARE\s+@)", RegexOptions.None, 1000)]
    private static partial Regex Beginning();

    void ReadCalls(SyntaxTree tree)
    {
        var model = _compilation.GetSemanticModel(tree);
        foreach (var call in tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            var name = call.Expression switch
            {
                MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
                _ => "",
            };
            if (!Calls.Contains(name)) continue;
            if (model.GetSymbolInfo(call).Symbol is not IMethodSymbol { ContainingType: var type } || type.ToDisplayString() is not ("Governance.Service.Data.Session" or "Dapper.SqlMapper")) continue;
            var arguments = call.ArgumentList.Arguments;
            var text = arguments[0].Expression;
            if (text.ToString().StartsWith(nameof(MoveUpSql) + ".", StringComparison.Ordinal)) continue;
            var values = arguments.Skip(1).FirstOrDefault(a => a.NameColon is null or { Name.Identifier.Text: "values" or "param" })?.Expression;
            foreach (var scope in Scopes(call, model, [text, .. values is null ? Array.Empty<ExpressionSyntax>() : [values]]))
            {
                if (Texts_(text, model, scope) is not { Count: > 0 } texts || Parameters(values, model, scope) is not { } parameters)
                {
                    _unread.Add($"{Place(call)}: {text}");
                    continue;
                }
                foreach (var sql in texts) Add(Place(call), sql, parameters);
            }
        }
    }

    void Add(string place, string sql, IReadOnlyDictionary<string, ITypeSymbol> values)
    {
        var used = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var name in Variable().Matches(sql).Select(m => m.Groups[1].Value).Distinct(StringComparer.Ordinal).Where(n => !Declared(sql, n)))
        {
            if (!values.TryGetValue(name, out var type) || SqlType(type) is not { } sqlType)
            {
                _unread.Add($"{place}: nothing gives @{name} a type that Dapper knows in: {sql}");
                return;
            }
            if (ElementOf(type) is not null)
            {
                // Dapper writes lists out like this.
                sql = Regex.Replace(sql, $@"\bIN\s+@{name}\b", $"IN (@{name}1, @{name}2)", RegexOptions.None, TimeSpan.FromSeconds(1));
                used[$"{name}1"] = used[$"{name}2"] = sqlType;
            }
            else
            {
                used[name] = sqlType;
            }
        }
        _statements.Add(new Statement(place, sql, used.ToImmutable()));
    }

    [GeneratedRegex(@"(?<![@\w])@(\w+)", RegexOptions.None, 1000)]
    private static partial Regex Variable();

    /// <summary>A variable of the statement's own, or a parameter of a procedure of the server's.</summary>
    static bool Declared(string sql, string name) =>
        sql.Contains($"DECLARE @{name} ", StringComparison.Ordinal) || Regex.IsMatch(sql, $@"EXEC [^;]*[ ,]@{name} = ", RegexOptions.None, TimeSpan.FromSeconds(1));

    sealed record Given(ExpressionSyntax Expression, SemanticModel Model, IReadOnlyDictionary<ISymbol, Given> Scope);

    static readonly IReadOnlyDictionary<ISymbol, Given> Nothing = new Dictionary<ISymbol, Given>(SymbolEqualityComparer.Default);

    /// <summary>Where a call's text is handed in by other methods, what each of them hands in.</summary>
    IEnumerable<IReadOnlyDictionary<ISymbol, Given>> Scopes(SyntaxNode call, SemanticModel model, IEnumerable<ExpressionSyntax> parts)
    {
        var parameters = parts.SelectMany(p => p.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
            .Select(i => (Identifier: i, model.GetSymbolInfo(i).Symbol))
            .Where(i => i.Symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } }
                // Only what is part of the text, or is the values as a whole; not what the values are made of.
                && !i.Identifier.Ancestors().TakeWhile(a => a != call).Any(a => a is AnonymousObjectMemberDeclaratorSyntax or MemberAccessExpressionSyntax))
            .Select(i => (IParameterSymbol)i.Symbol!).ToList();
        if (parameters.Count == 0) return [Nothing];
        var method = (IMethodSymbol)parameters[0].ContainingSymbol;
        var scopes = new List<IReadOnlyDictionary<ISymbol, Given>>();
        foreach (var tree in Trees)
        {
            var calling = _compilation.GetSemanticModel(tree);
            foreach (var caller in tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>().Where(c => c.Expression.ToString().Contains(method.Name, StringComparison.Ordinal)))
            {
                if (!SymbolEqualityComparer.Default.Equals(calling.GetSymbolInfo(caller).Symbol?.OriginalDefinition, method.OriginalDefinition)) continue;
                var given = caller.ArgumentList.Arguments
                    .Select((a, i) => (Parameter: a.NameColon is { } named ? method.Parameters.First(p => p.Name == named.Name.Identifier.Text) : method.Parameters[i], a.Expression))
                    .ToList();
                foreach (var outer in Scopes(caller, calling, given.Where(g => parameters.Contains(g.Parameter, SymbolEqualityComparer.Default)).Select(g => g.Expression)))
                    scopes.Add(given.ToDictionary(g => (ISymbol)g.Parameter, g => new Given(g.Expression, calling, outer), SymbolEqualityComparer.Default));
            }
        }
        // Called by nobody here: then its text cannot be told, and the call counts as unread.
        return scopes.Count > 0 ? scopes : [Nothing];
    }

    /// <summary>Every text that an expression can have; null where that cannot be told.</summary>
    IReadOnlyList<string>? Texts_(ExpressionSyntax expression, SemanticModel model, IReadOnlyDictionary<ISymbol, Given> scope)
    {
        _read.Add((expression.SyntaxTree.FilePath, expression.SpanStart));
        if (model.GetConstantValue(expression) is { HasValue: true, Value: string constant }) return [constant];
        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner: return Texts_(inner.Expression, model, scope);
            case ConditionalExpressionSyntax choice: return Both(Texts_(choice.WhenTrue, model, scope), Texts_(choice.WhenFalse, model, scope), (a, b) => [.. a, .. b]);
            case SwitchExpressionSyntax choice: return choice.Arms.Select(a => Texts_(a.Expression, model, scope)).Aggregate((a, b) => Both(a, b, (x, y) => [.. x, .. y]));
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum: return Both(Texts_(sum.Left, model, scope), Texts_(sum.Right, model, scope), Joined);
            case InterpolatedStringExpressionSyntax text:
                return text.Contents.Select(c => c is InterpolatedStringTextSyntax part ? [part.TextToken.ValueText] : Texts_(((InterpolationSyntax)c).Expression, model, scope))
                    .Aggregate((IReadOnlyList<string>?)[""], (a, b) => Both(a, b, Joined));
        }
        var symbol = model.GetSymbolInfo(expression).Symbol;
        if (symbol is IPropertySymbol { ContainingType.Name: nameof(Database) } property && typeof(Database).GetProperty(property.Name) is { } known && known.PropertyType == typeof(string))
            return [(string)known.GetValue(new Service.Data.SqlServer("Server=none"))!];
        if (symbol is IParameterSymbol && scope.TryGetValue(symbol, out var given)) return Texts_(given.Expression, given.Model, given.Scope);
        return symbol is ILocalSymbol ? symbol.DeclaringSyntaxReferences[0].GetSyntax() switch
        {
            VariableDeclaratorSyntax { Initializer.Value: var value } => Texts_(value, model, scope),
            ForEachStatementSyntax { Expression: CollectionExpressionSyntax items } => All(items.Elements.OfType<ExpressionElementSyntax>().Select(e => e.Expression), model, scope),
            ForEachStatementSyntax { Expression: ImplicitArrayCreationExpressionSyntax items } => All(items.Initializer.Expressions, model, scope),
            ForEachStatementSyntax { Expression: ArrayCreationExpressionSyntax { Initializer: { } items } } => All(items.Expressions, model, scope),
            _ => null,
        } : null;
    }

    IReadOnlyList<string>? All(IEnumerable<ExpressionSyntax> items, SemanticModel model, IReadOnlyDictionary<ISymbol, Given> scope) =>
        items.Select(i => Texts_(i, model, scope)).Aggregate((a, b) => Both(a, b, (x, y) => [.. x, .. y]));

    static IReadOnlyList<string>? Both(IReadOnlyList<string>? a, IReadOnlyList<string>? b, Func<IReadOnlyList<string>, IReadOnlyList<string>, IReadOnlyList<string>> join) =>
        a is null || b is null ? null : join(a, b);

    static IReadOnlyList<string> Joined(IReadOnlyList<string> a, IReadOnlyList<string> b) => [.. a.SelectMany(x => b.Select(y => x + y))];

    static IReadOnlyDictionary<string, ITypeSymbol>? Parameters(ExpressionSyntax? values, SemanticModel model, IReadOnlyDictionary<ISymbol, Given> scope)
    {
        if (values is null || values.IsKind(SyntaxKind.NullLiteralExpression)) return new Dictionary<string, ITypeSymbol>();
        if (model.GetSymbolInfo(values).Symbol is IParameterSymbol parameter)
        {
            if (scope.TryGetValue(parameter, out var given)) return Parameters(given.Expression, given.Model, given.Scope);
            // Left out by the caller.
            if (scope.Count > 0 && parameter.IsOptional) return new Dictionary<string, ITypeSymbol>();
        }
        var type = model.GetTypeInfo(values).Type;
        if (type is null or IErrorTypeSymbol || type.SpecialType == SpecialType.System_Object) return null;
        var properties = new Dictionary<string, ITypeSymbol>(StringComparer.Ordinal);
        for (var t = type; t is not null; t = t.BaseType)
        {
            foreach (var property in t.GetMembers().OfType<IPropertySymbol>().Where(p => !p.IsStatic)) properties.TryAdd(property.Name, property.Type);
        }
        return properties;
    }

    static ITypeSymbol? ElementOf(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_String } => null,
        IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte } => null,
        IArrayTypeSymbol array => array.ElementType,
        INamedTypeSymbol named => named.AllInterfaces.Append(named).FirstOrDefault(i => i.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)?.TypeArguments[0],
        _ => null,
    };

    /// <summary>The type that Dapper, with the service's own handlers, gives a value on its way to SQL Server.</summary>
    static string? SqlType(ITypeSymbol type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable) type = nullable.TypeArguments[0];
        if (ElementOf(type) is { } element) type = element;
        return type switch
        {
            { SpecialType: SpecialType.System_String } => "NVARCHAR(MAX)",
            { SpecialType: SpecialType.System_Int64 } => "BIGINT",
            { SpecialType: SpecialType.System_Int32 } => "INT",
            { SpecialType: SpecialType.System_Boolean } => "BIT",
            IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte } => "VARBINARY(MAX)",
            { Name: nameof(Guid) } => "UNIQUEIDENTIFIER",
            { Name: nameof(DateTimeOffset) } => "DATETIMEOFFSET(7)",
            { Name: nameof(DateOnly) } => "DATE",
            _ => null,
        };
    }

    static string Place(SyntaxNode node) => string.Create(CultureInfo.InvariantCulture, $"{node.SyntaxTree.FilePath}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}");
}
