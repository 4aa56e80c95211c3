using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Governance.Review.Tests.Arrows;

/// <summary>Which project may know which (design, "The house"). A project exists because something is forbidden to it.</summary>
public sealed partial class ArrowTests
{
    static readonly string Root = FindRoot();

    static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(Path.Combine(Root, "src", project, $"{project}.csproj")).Descendants(kind).Select(e => (string)e.Attribute("Include")!);

    static IReadOnlyList<string> Projects(string project) => [.. References(project, "ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Replace('\\', '/'))).Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("Governance.Ledger")]
    [InlineData("Governance.Review")]
    [InlineData("Governance.Service", "Governance.Ledger", "Governance.Review")]
    [InlineData("Governance.Auditor", "Governance.Ledger", "Governance.Review")]
    [InlineData("Governance.Web", "Governance.Service")]
    [InlineData("Governance.Elsa", "Governance.Review")]
    [InlineData("Governance.Elsa.Host", "Governance.Elsa", "Governance.Web")]
    public void A_project_references_these_and_no_others(string project, params string[] others) => Assert.Equal(others, Projects(project));

    [Fact]
    public void Every_project_has_its_place_in_this_list()
    {
        string[] known = ["Governance.Auditor", "Governance.Elsa", "Governance.Elsa.Host", "Governance.Ledger", "Governance.Review", "Governance.Service", "Governance.Web"];
        var there = Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension);
        Assert.Empty(there.Except(known, StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_review_is_knows_no_database_no_mediator_and_no_web()
    {
        string[] forbidden = ["MediatR", "Dapper", "FluentValidation", "Microsoft.Data", "System.Data", "Microsoft.AspNetCore", "Microsoft.Extensions", "Governance."];
        var referenced = typeof(Permissions).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToList();
        Assert.NotEmpty(referenced);
        Assert.DoesNotContain(referenced, name => forbidden.Any(f => name.StartsWith(f, StringComparison.Ordinal)));
        Assert.DoesNotContain(References("Governance.Review", "PackageReference").Concat(References("Governance.Ledger", "PackageReference")),
            name => forbidden.Any(f => name.StartsWith(f, StringComparison.Ordinal)));
    }

    [Fact]
    public void Pages_hold_no_sql_and_know_no_database_library()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Root, "src", "Governance.Web"), "*.cs*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".cshtml", StringComparison.Ordinal))
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !f.Contains("node_modules", StringComparison.Ordinal))
            .ToList();
        Assert.True(files.Count > 20, "The pages were not found.");
        Assert.DoesNotContain(files, f => Sql().IsMatch(File.ReadAllText(f)));
    }

    [Theory]
    [InlineData("SELECT id FROM proposal")]
    [InlineData("DELETE FROM proposal")]
    [InlineData("using Dapper;")]
    public void What_is_looked_for_in_pages_would_be_found(string text) => Assert.Matches(Sql(), text);

    [GeneratedRegex(@"\bSELECT\b[^;]*\bFROM\b|\bINSERT (OR \w+ )?INTO\b|\bDELETE FROM\b|\bUPDATE \w+ SET\b|\bCREATE TABLE\b|using Dapper|Microsoft\.Data\.Sql", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Sql();

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Governance.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
