using System.CommandLine;
using System.Globalization;
using Governance.Ledger.Bundles;

namespace Governance.Auditor;

/// <summary><c>diff older.zip newer.zip --trust log.vkey</c>: what became of a trail between two exports of it.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var older = new Argument<string>("older") { Description = "The older bundle: a zip file." };
        var newer = new Argument<string>("newer") { Description = "The newer bundle of the same proposal." };
        var trust = new Option<string>("--trust")
        {
            Description = "A file with the log's public key (name+id+key). Get it from somewhere else than the bundles.",
            Required = true,
        };
        var command = new Command("diff", "Verifies two bundles of one proposal and says what was added, whether the common part is the same, and which texts are shown, withheld or erased now.") { older, newer, trust };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(older), parsed.GetRequiredValue(newer), parsed.GetRequiredValue(trust),
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string olderPath, string newerPath, string key, TextWriter output, TextWriter error)
    {
        if (new BundleFile(olderPath, key).Verify(error) is not { } older)
            return AuditorProgram.Unusable;
        if (new BundleFile(newerPath, key).Verify(error, older.Checkpoint) is not { } newer)
            return AuditorProgram.Unusable;

        void Line(string text = "") => output.WriteLine(AuditorProgram.Printable(text));
        var failed = Failures(Line, olderPath, older, continues: false) | Failures(Line, newerPath, newer, continues: true);
        if (failed)
        {
            Line("NOT COMPARED. A bundle that does not verify says nothing.");
            return AuditorProgram.Failed;
        }

        if (older.Proposal != newer.Proposal)
        {
            Line($"These are bundles of two proposals, {older.Proposal} and {newer.Proposal}.");
            return AuditorProgram.Failed;
        }

        Line($"Proposal   {newer.Proposal}");
        Line(string.Create(CultureInfo.InvariantCulture, $"Older      {older.Entries} entries, under the checkpoint of {older.LogSize}"));
        Line(string.Create(CultureInfo.InvariantCulture, $"Newer      {newer.Entries} entries, under the checkpoint of {newer.LogSize}"));
        Line();
        var wrong = Changed(older, newer).ToList();
        var leaves = older.Trail.Select(static t => t.Leaf).ToHashSet(StringComparer.Ordinal);
        var added = newer.Trail.Where(t => !leaves.Contains(t.Leaf)).ToList();
        Line(added.Count == 0 ? "No entry was added." : string.Create(CultureInfo.InvariantCulture, $"{added.Count} {(added.Count == 1 ? "entry was" : "entries were")} added:"));
        foreach (var item in added)
            Line(string.Create(CultureInfo.InvariantCulture, $"  {item.Entry.Seq,6}  {item.Entry.At:yyyy-MM-dd HH:mm}  {item.Entry.Kind}  {item.Entry.Role} {item.Entry.Actor}"));
        Line();
        var moved = Statuses(older, newer).ToList();
        Line(moved.Count == 0 ? "No text is shown, withheld or erased otherwise than before." : "What became of texts of the common entries:");
        foreach (var group in moved.GroupBy(static m => (m.Seq, m.Kind, m.Before, m.Now)).OrderBy(static g => g.Key.Seq))
            Line(string.Create(CultureInfo.InvariantCulture, $"  {group.Key.Seq,6}  {group.Key.Kind}: {group.Count()} {Word(group.Key.Before)} before, {Word(group.Key.Now)} now"));
        wrong.AddRange(moved.Where(static m => Contradicts(m.Before, m.Now))
            .Select(static m => string.Create(CultureInfo.InvariantCulture, $"Entry {m.Seq}: the digest {m.Digest} is said to be {Word(m.Before)} in the older bundle and {Word(m.Now)} in the newer. One of the two is false.")));
        Line();
        Line(newer.ContinuesFrom is not null
            ? "CONSISTENT. The newer checkpoint's log is a continuation of the older one's."
            : "The newer bundle holds no proof that its log continues the older one's as a whole; the entries compared here are under both.");
        if (wrong.Count == 0)
        {
            Line("THE SAME. All that the older bundle holds is in the newer one, unchanged.");
            return AuditorProgram.Verified;
        }

        Line("Wrong:");
        wrong.ForEach(w => Line("  " + w));
        Line("NOT THE SAME. Keep both bundles.");
        return AuditorProgram.Failed;
    }

    // A missing consistency proof is no failure of a comparison: it is said at the end.
    private static bool Failures(Action<string> line, string path, BundleReport report, bool continues)
    {
        var failures = report.Findings.Where(f => f.Fails && !(continues && f.Code == BundleFindings.ConsistencyMissing)).ToList();
        foreach (var finding in failures)
            line($"{Path.GetFileName(path)}: {finding.Code}: {finding.Message}");
        return failures.Count > 0;
    }

    private static IEnumerable<string> Changed(BundleReport older, BundleReport newer)
    {
        var bySeq = newer.Trail.ToDictionary(static t => t.Entry.Seq);
        foreach (var item in older.Trail)
        {
            if (!bySeq.TryGetValue(item.Entry.Seq, out var now))
                yield return string.Create(CultureInfo.InvariantCulture, $"Entry {item.Entry.Seq} is in the older bundle and not in the newer.");
            else if (now.Leaf != item.Leaf)
                yield return string.Create(CultureInfo.InvariantCulture, $"Entry {item.Entry.Seq} is not the same in both bundles: the log was written anew.");
        }
    }

    private sealed record Move(long Seq, string Kind, string Digest, DigestStatus Before, DigestStatus Now);

    private static IEnumerable<Move> Statuses(BundleReport older, BundleReport newer)
    {
        var byLeaf = newer.Trail.ToDictionary(static t => t.Leaf, StringComparer.Ordinal);
        foreach (var item in older.Trail)
        {
            if (!byLeaf.TryGetValue(item.Leaf, out var now))
                continue;
            for (var i = 0; i < item.Statuses.Count; i++)
            {
                if (item.Statuses[i] != now.Statuses[i])
                    yield return new Move(item.Entry.Seq, item.Entry.Kind, item.Entry.Sd[i], item.Statuses[i], now.Statuses[i]);
            }
        }
    }

    // What once stood for a value always did, and a decoy never does; "withheld" promises neither.
    private static bool Contradicts(DigestStatus before, DigestStatus now) => (before, now) switch
    {
        (DigestStatus.Decoy, DigestStatus.Disclosed or DigestStatus.Erased) => true,
        (DigestStatus.Disclosed or DigestStatus.Erased, DigestStatus.Decoy) => true,
        (DigestStatus.Erased, DigestStatus.Disclosed or DigestStatus.Withheld) => true,
        _ => false,
    };

    private static string Word(DigestStatus status) => status switch
    {
        DigestStatus.Disclosed => "shown",
        DigestStatus.Withheld => "withheld",
        DigestStatus.Erased => "erased",
        DigestStatus.Decoy => "a decoy",
        DigestStatus.Missing => "missing",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
