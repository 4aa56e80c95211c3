using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review;
using Governance.Service.Audit;
using Governance.Web.Commands;
using Governance.Web.Tests.People;

namespace Governance.Web.Tests.Audit;

public sealed class ExportLogCommandTests
{
    static async Task<(int Code, string Output, string Error)> Run(PeopleSite site, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, site.Services, TextReader.Null, output, error);
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task The_whole_log_is_written_to_a_file_that_verifies_and_an_interrupted_export_is_begun_anew()
    {
        await using var site = new PeopleSite();
        await site.Add("ada@example.org", "Ada Adminova", Role.Administrator);
        var file = Path.Combine(site.Folder, "log.zip");
        await File.WriteAllTextAsync(file + ".unfinished", "half of a zip");
        var (code, output, error) = await Run(site, "export-log", "--out", file);
        Assert.True(code == 0, error);
        Assert.Contains("begun anew", error, StringComparison.Ordinal);
        Assert.Contains("entries were written to", output, StringComparison.Ordinal);
        Assert.False(File.Exists(file + ".unfinished"));

        await using var zip = File.OpenRead(file);
        var report = LogVerifier.Verify(zip, NoteVerifier.Parse(await site.Send(new GetLogKey())));
        Assert.True(report.Verified, string.Join('\n', report.Findings));
        Assert.True(report.Complete);
        Assert.True(report.Disclosed > 0);

        // Nothing is overwritten, and a depth that does not exist is refused before anything is written.
        Assert.Equal(1, (await Run(site, "export-log", "--out", file)).Code);
        Assert.Equal(1, (await Run(site, "export-log", "--out", file + "2", "--depth", "deep")).Code);
        Assert.False(File.Exists(file + "2"));
    }
}
