using System.Collections.Concurrent;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Routes;
using Governance.Review.Screening;
using Governance.Review.Stages;
using Governance.Service.Data;

namespace Governance.Service;

/// <summary>
/// The routes, rules and checklists in force, read once when the service starts, and the older ones that proposals are
/// pinned to, read from the database when they are first needed.
/// </summary>
public sealed class Rulebooks
{
    readonly RouteLibrary _routes;
    readonly ChecklistLibrary _checklists;
    readonly ConcurrentDictionary<string, Rulebook> _byPins = new();

    /// <param name="folder">The <c>workflows</c> folder.</param>
    /// <exception cref="WorkflowFileException">A rule, list or checklist file has mistakes; all are named.</exception>
    /// <exception cref="RouteFileException">A route file has mistakes; all are named.</exception>
    public Rulebooks(string folder)
    {
        Screening = ScreeningRules.Load(Path.Combine(folder, "screening"));
        _checklists = ChecklistLibrary.Load(Path.Combine(folder, "checklists"), Screening.Form);
        _routes = RouteLibrary.Load(Path.Combine(folder, "routes"));
        Calendar = WorkingDays.Load(folder);
        foreach (var choice in Screening.Routes)
        {
            if (_routes.ByDefinitionId(choice.Route) is null)
                throw new WorkflowFileException([new("route-choice.json", "$.routes", $"There is no route \"{choice.Route}\" in the routes folder.")]);
        }
        foreach (var route in _routes.Routes)
        {
            foreach (var stage in route.Activities.OfType<ReviewStageActivity>().Where(a => _checklists.All.All(c => c.Stage != a.Stage)))
                throw new WorkflowFileException([new($"{route.DefinitionId}.json", stage.Id, $"There is no checklist for the stage \"{stage.Stage}\".")]);
        }
    }

    public ScreeningRules Screening { get; }

    public ProposalForm Form => Screening.Form;

    public WorkingDays Calendar { get; }

    public IReadOnlyList<Route> Routes => _routes.Routes;

    /// <summary>The rulebook in force for a route, by its definition id.</summary>
    public Rulebook Current(string route) =>
        Remember(new Rulebook(_routes.ByDefinitionId(route) ?? throw new InvalidOperationException($"There is no route \"{route}\"."), Screening, _checklists.All));

    /// <summary>The rulebook of that proposal, whatever is in force now.</summary>
    public async Task<Rulebook> PinnedAsync(Pins pins, Session session)
    {
        if (_byPins.TryGetValue(Key(pins), out var known)) return known;
        var current = _routes.ByDigest(pins.Route) is { } route ? Remember(new Rulebook(route, Screening, _checklists.All)) : null;
        if (current is not null && Key(current.Pins) == Key(pins)) return current;
        var files = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var pin in pins.Screening) files[pin.Name] = await FileAsync(pin.Digest, session);
        var screening = ScreeningRules.Parse(files);
        var checklists = new List<Checklist>();
        foreach (var pin in pins.Checklists) checklists.Add(Checklist.Parse(await FileAsync(pin.Digest, session), pin.Name));
        return Remember(new Rulebook(Route.Parse(await FileAsync(pins.Route, session), "route.json"), screening, checklists));
    }

    /// <summary>Keeps the files of a rulebook, so that it can be read again when they are long replaced.</summary>
    public static async Task KeepAsync(Rulebook rulebook, Session session)
    {
        foreach (var (name, digest, bytes) in FilesOf(rulebook))
        {
            if (await session.ScalarAsync<long>("SELECT COUNT(*) FROM pinned_file WHERE digest = @digest", new { digest }) > 0) continue;
            await session.ExecuteAsync("INSERT INTO pinned_file (digest, name, content) VALUES (@digest, @name, @content)",
                new { digest, name, content = bytes });
        }
    }

    static IEnumerable<(string Name, string Digest, byte[] Bytes)> FilesOf(Rulebook rulebook) =>
        rulebook.Screening.Files.Select(f => (f.Name, f.Digest, f.Bytes.ToArray()))
            .Concat(rulebook.Checklists.Select(c => (c.FileName, c.Digest, c.Bytes.ToArray())))
            .Append(($"{rulebook.Route.DefinitionId}.json", rulebook.Route.Digest, rulebook.Route.Bytes.ToArray()));

    Rulebook Remember(Rulebook rulebook) => _byPins.GetOrAdd(Key(rulebook.Pins), rulebook);

    static string Key(Pins pins) => string.Join(' ', pins.ByName().Values);

    static async Task<byte[]> FileAsync(string digest, Session session) =>
        await session.ScalarAsync<byte[]?>("SELECT content FROM pinned_file WHERE digest = @digest", new { digest })
        ?? throw new InvalidOperationException($"The pinned file {digest} is not in the database.");
}
