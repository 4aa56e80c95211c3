using System.Diagnostics;

namespace Governance.Elsa.Tests;

/// <summary>The program that runs the site on Elsa, started as an operator starts it.</summary>
public sealed class HostTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("Elsa")]
    [InlineData("Embedded")]
    public async Task The_host_runs_on_either_engine(string? engine)
    {
        var (code, output, _) = await Run(engine, "doctor", "--rebuild-routes");

        Assert.Equal((0, "0 routes rebuilt, 0 not."), (code, output.Trim()));
    }

    [Fact]
    public async Task The_host_does_not_start_on_an_engine_that_it_does_not_have()
    {
        var (code, _, error) = await Run("Steam");

        Assert.Equal(3, code);
        Assert.Contains("only Embedded and Elsa", error, StringComparison.Ordinal);
    }

    static async Task<(int Code, string Output, string Error)> Run(string? engine, params string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("governance-test-").FullName;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Governance.Elsa.Host.dll"));
        foreach (var arg in args) start.ArgumentList.Add(arg);
        start.Environment["Data__Folder"] = folder;
        start.Environment["Keys__WrappingKey"] = Convert.ToBase64String(new byte[32]);
        if (engine is not null) start.Environment["Workflow__Engine"] = engine;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Directory.Delete(folder, recursive: true);
        return (process.ExitCode, await output, await error);
    }
}
