namespace Governance.Review.Tests.Docs;

public sealed class GeneratedDocsTests
{
    [Theory]
    [InlineData("permissions.md")]
    [InlineData("events.md")]
    [InlineData("messages.md")]
    public void The_page_in_docs_is_what_the_code_says(string page)
    {
        var expected = (page switch { "events.md" => GeneratedDocs.Events(), "messages.md" => GeneratedDocs.Messages(), _ => GeneratedDocs.Permissions() }).ReplaceLineEndings("\n");
        var file = Path.Combine(Root(), "docs", page);
        if (Environment.GetEnvironmentVariable("GOVERNANCE_WRITE_DOCS") == "1") File.WriteAllText(file, expected);
        Assert.Equal(expected, File.ReadAllText(file));
    }

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Governance.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
