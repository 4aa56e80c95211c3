using System.Text.Json.Nodes;
using Governance.Ledger.Bundles;

namespace Governance.Ledger.Tests;

/// <summary>A made-up whole log with heads, disclosures and, where it is asked for, an erasure; anything in it can be made wrong.</summary>
internal sealed class WholeLog
{
    private readonly List<BundleDisclosure> disclosures = [];

    private WholeLog(SampleLog log) => Log = log;

    public SampleLog Log { get; }

    public static WholeLog Of(int entries, int headsEvery = 50, bool erase = false)
    {
        var log = new SampleLog();
        var whole = new WholeLog(log);
        log.Append("user.added", null);
        while (log.Size < entries - 1)
        {
            if (log.Size % headsEvery == headsEvery - 1)
                log.AppendHeads();
            else
                log.Append(log.Size % 7 == 1 ? "proposal.submitted" : "vote.cast", log.Size % 2 == 0 ? SampleLog.Proposal : $"P-2030-2{log.Size % 31:D3}", ("rationale", $"Made up, number {log.Size}."));
        }

        if (erase)
            log.Erase(log.Disclosures[0].Disclosure.Digest);
        log.AppendHeads();
        whole.disclosures.AddRange(erase ? log.Disclosures.Skip(1) : log.Disclosures);
        return whole;
    }

    public LogContent Content() => new()
    {
        Checkpoint = Log.Checkpoint(),
        Key = SampleLog.Signer.Verifier,
        ExportedAt = SampleLog.Start.AddDays(1),
        Entries = Enumerable.Range(0, Log.Size).Select(i => Log[i]),
        Disclosures = disclosures,
        Tile = Log.Tree().Build,
        Pinned = [new PinnedFile(SampleLog.RouteDigest + ".json", SampleLog.Route.Bytes)],
    };

    public static byte[] Zipped(LogContent content)
    {
        using var stream = new MemoryStream();
        LogWriter.Write(stream, content);
        return stream.ToArray();
    }

    public static LogReport Verify(byte[] zip, BundleChecks? checks = null, int threads = 1) =>
        LogVerifier.Verify(new MemoryStream(zip), SampleLog.Signer.Verifier, checks, null, threads);
}
