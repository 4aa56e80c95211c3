using System.CommandLine;
using System.Globalization;

namespace Governance.Auditor;

/// <summary><c>replay bundle.zip --trust log.vkey</c>: verifies a bundle, then asks of every entry whether the rules allowed it.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var command = new Command("replay", "Verifies a bundle, then replays its trail through the pinned route and rules and says of every step whether it was allowed.");
        var arguments = new BundleArguments(command, trustRequired: true);
        command.SetAction(parsed => Run(arguments.Of(parsed), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(BundleFile bundle, TextWriter output, TextWriter error)
    {
        if (bundle.Verify(error) is not { } verified)
            return AuditorProgram.Unusable;

        void Line(string text = "") => output.WriteLine(AuditorProgram.Printable(text));
        if (!verified.Verified)
        {
            Line("Wrong:");
            foreach (var finding in verified.Findings.Where(static f => f.Fails))
                Line($"  {finding.Code}: {finding.Message}");
            Line();
            Line("NOT VERIFIED. Nothing was replayed. Do not rely on this bundle.");
            return AuditorProgram.Failed;
        }

        var replayed = Trail.Replay(verified);
        Line($"Bundle     {Path.GetFileName(bundle.Path)}");
        Line($"Proposal   {verified.Proposal ?? "(none)"}");
        if (replayed.Rulebook is { } rulebook)
            Line(string.Create(CultureInfo.InvariantCulture, $"Route      {rulebook.Route.Name}, version {rulebook.Route.Version} ({rulebook.Route.Digest})"));
        Line(string.Create(CultureInfo.InvariantCulture, $"Entries    {replayed.Entries.Count}, verified against the checkpoint of {verified.LogSize} entries of {verified.Log}"));
        Line();
        foreach (var entry in replayed.Entries)
        {
            Line(string.Create(CultureInfo.InvariantCulture,
                $"{(entry.Allowed ? "allowed" : "REFUSED")}  {entry.Seq,6}  {entry.At:yyyy-MM-dd HH:mm}  {entry.Kind}  {entry.Role} {entry.Actor}"));
            foreach (var finding in entry.Findings)
                Line($"         {finding.Code}: {finding.Message}");
        }

        Line();
        if (replayed.NotChecked.Count > 0)
        {
            Line("Not checked:");
            foreach (var sentence in replayed.NotChecked)
                Line($"  {sentence}");
            Line();
        }

        if (!replayed.Allowed)
        {
            var refused = replayed.Entries.Count(static e => !e.Allowed);
            Line(string.Create(CultureInfo.InvariantCulture, $"NOT ALLOWED. {refused} of {replayed.Entries.Count} entries are not what the pinned rules allow."));
            return AuditorProgram.Failed;
        }

        Line($"ALLOWED. Every entry follows from those before it by the pinned route and rules. The proposal now: {PhaseWords.Of(replayed.State)}.");
        return AuditorProgram.Verified;
    }
}
