using System.Collections.Frozen;
using System.Reflection;

namespace Governance.Review.Events;

/// <summary>Every kind of event there is. <c>docs/events.md</c> is printed from it.</summary>
public static class EventCatalogue
{
    public sealed record Kind(string Name, int Version, string Meaning, Type Type);

    public static IReadOnlyList<Kind> Kinds { get; } =
        [.. typeof(ProposalEvent).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(ProposalEvent)))
            .Select(t => (Type: t, About: t.GetCustomAttribute<EventAttribute>() ?? throw new InvalidOperationException($"{t.Name} has no [Event].")))
            .Select(t => new Kind(t.About.Kind, t.About.Version, t.About.Meaning, t.Type))
            .OrderBy(k => k.Name, StringComparer.Ordinal)];

    static readonly FrozenDictionary<string, Kind> ByName = Kinds.ToFrozenDictionary(k => k.Name);
    static readonly FrozenDictionary<Type, Kind> ByType = Kinds.ToFrozenDictionary(k => k.Type);

    public static Kind Of(ProposalEvent e) => ByType[e.GetType()];

    /// <summary>The kind of that name, or null: an entry of a kind that this version does not know.</summary>
    public static Kind? Find(string name) => ByName.GetValueOrDefault(name);
}
