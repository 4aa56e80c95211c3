using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Governance.Elsa;
using Governance.Review.Routes;

// dotnet run -c Release --project tests/Governance.Elsa.Benchmarks
// Steps on Elsa beside the same steps on the embedded engine, on one thread, in rounds that take turns. A step reads the stored
// state, answers, and writes the new state, as the service does. It fails nothing: speed depends on the machine.
const int Rounds = 15;
var (each, name) = (args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200, CultureInfo.InvariantCulture);
var library = RouteLibrary.Load(Path.Combine(Root(), "workflows", "routes"));
using var elsa = new ElsaRouteEngine();
var embedded = new RouteMachine();
Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC");
// The first walks pay for the compilation of everything.
foreach (var route in library.Routes)
{
    Walks(elsa, route, each * 5);
    Walks(embedded, route, each * 50);
}
foreach (var route in library.Routes)
{
    var (times, processor, ratios) = (new List<double>(), new List<double>(), new List<double>());
    for (var round = -2; round < Rounds; round++)
    {
        var slow = Walks(elsa, route, each);
        // So many more that both halves of a round take long enough for the clock.
        var fast = Walks(embedded, route, each * 50);
        if (round < 0) continue;
        times.Add(slow.Elapsed.TotalMicroseconds);
        processor.Add(slow.Processor.TotalMicroseconds);
        ratios.Add(slow.Processor / fast.Processor);
    }
    var state = elsa.Write(elsa.Start(route, Facts(route)).State).Length;
    var small = embedded.Write(embedded.Start(route, Facts(route)).State).Length;
    Console.WriteLine(string.Create(name, $"  {route.DefinitionId}: {1e6 / Median(times):N0} steps a second, {Median(processor):N0} µs of processor time each; {Median(ratios):N0} times the embedded engine's. First state {state / 1000.0:0.0} kB, embedded {small / 1000.0:0.0} kB"));
}

// Times for one step. Whole walks, so that early and late states count alike: each stage asks for changes once, then approves.
static (TimeSpan Elapsed, TimeSpan Processor) Walks(IRouteEngine engine, Route route, int least)
{
    var steps = 0;
    var busy = Environment.CpuUsage.TotalTime;
    var started = Stopwatch.GetTimestamp();
    while (steps < least)
    {
        var facts = Facts(route);
        var text = engine.Write(engine.Start(route, facts).State);
        steps++;
        var asked = new HashSet<string>(StringComparer.Ordinal);
        for (var state = engine.Read(text); state.Status == RouteStatus.Running; state = engine.Read(text))
        {
            var open = route.Find(state.Open[0])!;
            var outcome = open is ReviewStageActivity && asked.Add(open.Id) ? "ChangesRequested" : open.Outcomes[0];
            if (open is ReviewStageActivity stage && outcome == "Approved") facts.Remove("stale:" + stage.Stage);
            text = engine.Write(engine.Resume(route, state, new RouteSignal(open.Id, outcome), facts).State);
            steps++;
        }
    }
    return (Stopwatch.GetElapsedTime(started) / steps, (Environment.CpuUsage.TotalTime - busy) / steps);
}

static HashSet<string> Facts(Route route) => [.. route.MandatoryStages.Select(s => "stale:" + s)];

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

static string Root()
{
    var folder = new DirectoryInfo(AppContext.BaseDirectory);
    while (!File.Exists(Path.Combine(folder.FullName, "Governance.sln"))) folder = folder.Parent!;
    return folder.FullName;
}
