using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Governance.Review.Events;
using Governance.Review.Messages;
using Governance.Review.Proposals;

namespace Governance.Review.Tests.Docs;

/// <summary>The pages in <c>docs</c> that are printed from code.</summary>
static class GeneratedDocs
{
    const string Note = "<!-- Printed from the code. Run the tests with GOVERNANCE_WRITE_DOCS=1 to print it again. -->\n";

    public static string Permissions()
    {
        var text = new StringBuilder(Note).Append("""
            # Who may do what

            One table decides (`src/Governance.Review/Permissions.cs`). Handlers enforce it, pages and the API show it. What is not here is not allowed.
            A person who proposes a use, or is on its delivery team, has no other capacity towards it, whatever their roles. Nor has one who declared a conflict.

            | Act | While the proposal is | By | When | In words |
            |---|---|---|---|---|

            """);
        foreach (var p in Review.Permissions.Table)
            text.Append($"| {Words(p.Act)} | {string.Join(", ", p.Phases.Select(x => Words(x)))} | {string.Join(", ", p.Capacities.Select(x => Words(x)))} | {Words(p.When)} | {p.InWords} |\n");

        text.Append("\n## State and capacity\n\nWhat each capacity may do in each state, conditions aside.\n\n| |");
        foreach (var phase in Enum.GetValues<Phase>()) text.Append($" {Words(phase)} |");
        text.Append("\n|---|").Append(string.Concat(Enum.GetValues<Phase>().Select(_ => "---|"))).Append('\n');
        foreach (var capacity in Enum.GetValues<Capacity>())
        {
            text.Append($"| {Words(capacity)} |");
            foreach (var phase in Enum.GetValues<Phase>())
            {
                var acts = Review.Permissions.Table.Where(p => p.Capacities.Contains(capacity) && p.Phases.Contains(phase)).Select(p => Words(p.Act)).Distinct();
                text.Append($" {string.Join(", ", acts)} |");
            }
            text.Append('\n');
        }
        return text.ToString();
    }

    public static string Events()
    {
        var text = new StringBuilder(Note).Append("""
            # Events

            What can happen to a proposal. Each is an entry in the ledger under its kind. Events are never edited or removed; a changed shape is a new version.
            *Sealed* values are not in the entry: it holds their digest, and the value travels beside it as a disclosure.

            """);
        foreach (var kind in EventCatalogue.Kinds)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## `{kind.Name}` (version {kind.Version})\n{kind.Meaning}\n\n| Field | Holds |\n|---|---|\n");
            foreach (var property in kind.Type.GetProperties().Where(p => p.Name != "EqualityContract"))
                text.Append($"| `{JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)}` | {TypeWords(property.PropertyType)} |\n");
        }
        return text.ToString();
    }

    public static string Messages()
    {
        var text = new StringBuilder(Note).Append("""
            # Who is told what

            One table decides (`src/Governance.Review/Messages/MessageRules.cs`). What is not here makes no message. Nobody who declared a conflict is told anything, and nobody is told what they did themselves.
            Besides, whoever is asked to do something is reminded two working days before its day, and told once when the day is past.
            When a stage is past its day and still open, its chairs are told once, whether or not anybody is asked for anything in it (`stage_overdue`).
            Whoever joins a panel while its stage is open is told what they are asked to do from then on.

            | When | Event | Told to | What they get | It asks for something |
            |---|---|---|---|---|

            """);
        foreach (var rule in MessageRules.Table)
        {
            var event_ = EventCatalogue.Kinds.Single(k => k.Type == rule.Event).Name;
            text.Append(rule.Kind is { } kind
                ? $"| {rule.When} | `{event_}` | {Words(rule.To)} | `{JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString())}`: {MessageWords.Of(kind, "DUP-2026-0001", "privacy", null).Title} | {(MessageRules.Asks(kind) ? "yes" : "no")} |\n"
                : $"| {rule.When} | `{event_}` | {Words(rule.To)} | | |\n");
        }
        return text.ToString();
    }

    static string TypeWords(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return TypeWords(inner);
        if (type == typeof(Sealed)) return "sealed text";
        if (type == typeof(SealedAnswers)) return "answers: choices, numbers and dates in the open, free text sealed field by field";
        if (type == typeof(string)) return "text";
        if (type == typeof(int) || type == typeof(long)) return "whole number";
        if (type == typeof(bool)) return "yes or no";
        if (type == typeof(DateOnly)) return "day";
        if (type.IsEnum) return string.Join(", ", Enum.GetNames(type).Select(n => $"`{JsonNamingPolicy.SnakeCaseLower.ConvertName(n)}`"));
        if (type.IsGenericType) return $"list of {TypeWords(type.GetGenericArguments()[0])}";
        var parts = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.Name != "EqualityContract")
            .Select(p => $"`{JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name)}` {TypeWords(p.PropertyType)}");
        return $"({string.Join("; ", parts)})";
    }

    static string Words<T>(T value) where T : Enum =>
        string.Concat(value.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $" {char.ToLowerInvariant(c)}" : i == 0 ? char.ToLowerInvariant(c).ToString() : c.ToString()));
}
