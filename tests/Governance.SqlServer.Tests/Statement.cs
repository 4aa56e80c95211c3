using System.Collections.Immutable;

namespace Governance.SqlServer.Tests;

/// <summary>One statement that the service sends, as it would send it to SQL Server.</summary>
/// <param name="Place">File and line of the call.</param>
/// <param name="Parameters">Names without <c>@</c>, with their types in T-SQL.</param>
public sealed record Statement(string Place, string Sql, ImmutableSortedDictionary<string, string> Parameters)
{
    /// <summary>The files whose statements go to the key store's database; all others go to that of the data.</summary>
    static readonly string[] OfTheKeys = ["KeyStore.cs", "KeyDatabase.cs", "SqlServerKeys.cs", "WrappingKeyRotation.cs"];

    public bool IsOfTheKeys => OfTheKeys.Contains(System.IO.Path.GetFileName(Place[..Place.LastIndexOf(':')]), StringComparer.Ordinal);

    /// <summary>The statement as a procedure, so that the model knows its parameters and resolves every name in it.</summary>
    public string AsProcedure(string name) =>
        $"CREATE PROCEDURE {name} {string.Join(", ", Parameters.Select(p => $"@{p.Key} {p.Value}"))} AS BEGIN\n{Sql}\nEND";

    /// <summary>Asks the server about itself. The model holds only what the migrations make, so such a statement is parsed and no more.</summary>
    public bool AsksTheServer =>
        Sql.Contains("sys.", StringComparison.Ordinal) || Sql.Contains("sp_", StringComparison.Ordinal) || Sql.Contains("INFORMATION_SCHEMA", StringComparison.Ordinal);
}
