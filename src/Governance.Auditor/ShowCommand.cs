using System.CommandLine;
using System.Globalization;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review.Events;
using Governance.Review.Oversight;
using Governance.Review.Stages;

namespace Governance.Auditor;

/// <summary><c>show bundle.zip [--trust log.vkey]</c>: tells a trail as a story, on plain text.</summary>
internal static class ShowCommand
{
    // Wide enough for a sentence, narrow enough for a terminal that shares the screen.
    private const int Width = 96;

    public static Command Create()
    {
        var command = new Command("show", "Tells what happened, entry by entry, in plain text. Without --trust nothing is verified, and the output says so.");
        var arguments = new BundleArguments(command, trustRequired: false);
        command.SetAction(parsed => Run(arguments.Of(parsed), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(BundleFile bundle, TextWriter output, TextWriter error)
    {
        // A bundle is read the same way with and without a trusted key; without one, the key that it brings along is asked.
        if (bundle.Verify(error) is not { } report)
            return AuditorProgram.Unusable;

        void Line(string text = "") => output.WriteLine(AuditorProgram.Printable(text));
        var failures = report.Findings.Where(static f => f.Fails).ToList();
        Line($"The trail of {report.Proposal ?? "no proposal"}");
        if (bundle.KeyPath is null)
            Line("NOT VERIFIED: no key was given with --trust, so nothing below is vouched for.");
        else if (failures.Count > 0)
            Line("NOT VERIFIED: do not rely on what follows.");
        else
            Line(string.Create(CultureInfo.InvariantCulture, $"Verified against the signed checkpoint of {report.LogSize} entries of {report.Log}."));
        foreach (var finding in failures)
            Line($"  {finding.Code}: {finding.Message}");

        var replayed = Trail.Replay(report);
        var names = Trail.Names(report);
        for (var i = 0; i < replayed.Entries.Count; i++)
        {
            var (entry, item) = (replayed.Entries[i], report.Trail[i]);
            Line();
            Line(string.Create(CultureInfo.InvariantCulture, $"{entry.At:d MMMM yyyy, HH:mm} UTC  (entry {entry.Seq})"));
            var who = names.TryGetValue(entry.Actor, out var name) ? name : entry.Actor;
            Line($"  {(entry.Event is null ? $"An entry that cannot be read: {entry.Kind}" : Story.Of(entry.Event))}");
            if (!Story.Follows(entry.Event))
                Line($"  By {who}, as {entry.Role.Replace('_', ' ')}.");
            foreach (var disclosed in item.Disclosed.Where(static d => d.Disclosure.Name != Trail.ActorName).OrderBy(static d => d.Disclosure.Name, StringComparer.Ordinal))
            {
                foreach (var line in Wrapped($"{disclosed.Disclosure.Name}: {Trail.Text(disclosed.Disclosure)}"))
                    Line($"    {line}");
            }

            if (item.Statuses.Count(static s => s == DigestStatus.Erased) is > 0 and var erased)
                Line(string.Create(CultureInfo.InvariantCulture, $"    ({erased} {(erased == 1 ? "text was" : "texts were")} erased later.)"));
        }

        Line();
        Line($"The proposal now: {PhaseWords.Of(replayed.State)}.");
        return bundle.KeyPath is not null && failures.Count > 0 ? AuditorProgram.Failed : AuditorProgram.Verified;
    }

    // A line break of a sealed text becomes one of ours, always indented: no text can start a line that looks like the program's.
    private static IEnumerable<string> Wrapped(string text)
    {
        foreach (var paragraph in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var line = "";
            foreach (var word in paragraph.Split(' '))
            {
                if (line.Length > 0 && line.Length + 1 + word.Length > Width)
                {
                    yield return line;
                    line = "  " + word;
                }
                else
                {
                    line = line.Length == 0 ? word : $"{line} {word}";
                }
            }

            yield return line;
        }
    }
}
