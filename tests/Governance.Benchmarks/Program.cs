using System.Globalization;
using System.Runtime.InteropServices;
using Governance.Benchmarks;

// dotnet run -c Release --project tests/Governance.Benchmarks -- [transitions|appends|pages|start|generate …] [--folder PATH] [--sizes 300,3000]
var parts = args.TakeWhile(a => !a.StartsWith("--", StringComparison.Ordinal)).ToList();
string Option(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and var i && i + 1 < args.Length ? args[i + 1] : otherwise;
var folder = Path.GetFullPath(Option("--folder", Path.Combine(Installation.Root, "artifacts", "benchmarks")));
var sizes = Option("--sizes", "300,3000").Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture)).ToList();
if (parts.Except(["transitions", "appends", "pages", "start", "generate"]).Any())
{
    Console.Error.WriteLine("Parts: transitions, appends, pages, start, generate. Without any, all but the last are run.");
    return 1;
}
bool Wanted(string part) => parts.Contains(part) || (parts.Count == 0 && part != "generate");

var report = new Report();
Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC");
if (Wanted("generate"))
{
    foreach (var size in sizes)
    {
        await using var installation = await Installation.OpenAsync(Path.Combine(folder, $"proposals-{size}"), generating: true);
        await installation.GenerateAsync(size);
    }
}
if (Wanted("transitions"))
{
    report.Part("Transitions");
    await Transitions.RunAsync(folder, report);
}
if (Wanted("appends"))
{
    report.Part("Appends to the ledger");
    await Appends.RunAsync(folder, report);
}
if (Wanted("start"))
{
    report.Part("Start and memory");
    await StartUp.RunAsync(folder, report);
}
if (Wanted("pages"))
{
    report.Part("Pages");
    await Pages.RunAsync(folder, sizes, report);
}
return 0;
