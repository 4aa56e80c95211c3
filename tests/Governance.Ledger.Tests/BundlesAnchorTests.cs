using System.Text.Json.Nodes;
using Governance.Ledger.Bundles;

namespace Governance.Ledger.Tests;

/// <summary>Time stamps within a whole log: each must be over a head that the log had.</summary>
public sealed class BundlesAnchorTests
{
    private static LogReport Stamped(Func<long, byte[], JsonObject> data)
    {
        var log = SampleLog.OfTrail(5);
        log.AppendHeads();
        var (size, root) = (log.Size, Merkle.Root(log.Size, log.Tree().Node));
        log.Append("vote.cast", SampleLog.Proposal);
        log.Add(new Entry
        {
            Log = SampleLog.Origin,
            Seq = log.Size,
            At = SampleLog.Start.AddSeconds(log.Size),
            Kind = "anchor",
            Data = data(size, root),
            Nonce = Entry.NewNonce(),
        });
        log.AppendHeads();
        return WholeLog.Verify(WholeLog.Zipped(new LogContent
        {
            Checkpoint = log.Checkpoint(),
            Key = SampleLog.Signer.Verifier,
            ExportedAt = SampleLog.Start.AddDays(1),
            Entries = Enumerable.Range(0, log.Size).Select(i => log[i]),
            Disclosures = log.Disclosures,
            Tile = log.Tree().Build,
        }));
    }

    private static JsonObject Stamp(long size, byte[] root) => new() { ["size"] = size, ["root"] = Convert.ToHexStringLower(root), ["rfc3161"] = "MAA=" };

    [Fact]
    public void A_time_stamp_over_a_head_that_was_signed_is_right() => Assert.Empty(Stamped(Stamp).Findings);

    [Fact]
    public void A_time_stamp_over_another_head_or_none_is_found()
    {
        foreach (var data in (Func<long, byte[], JsonObject>[])
        [
            static (size, _) => Stamp(size, new byte[32]),
            static (size, root) => Stamp(size - 1, root),
            static (_, root) => Stamp(1_000_000, root),
            static (_, _) => [],
            static (size, _) => new() { ["size"] = size, ["root"] = 7 },
        ])
        {
            Assert.Contains(Stamped(data).Findings, static f => f is { Code: BundleFindings.Anchor, Fails: true });
        }
    }
}
