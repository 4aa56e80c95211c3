using System.Text;
using System.Text.Json.Nodes;
using Governance.Ledger.Bundles;

namespace Governance.Ledger.Tests;

/// <summary>Time stamps within a whole log: each must be over a head that the log had.</summary>
public sealed class BundlesAnchorTests
{
    private static readonly StampAuthority Authority = new();

    private static LogReport Stamped(Func<long, byte[], JsonObject> data, BundleChecks? checks = null, int later = 0)
    {
        var log = SampleLog.OfTrail(5);
        log.AppendHeads();
        var (size, root) = (log.Size, Merkle.Root(log.Size, log.Tree().Node));
        log.Append("vote.cast", SampleLog.Proposal);
        for (var i = 0; i < later; i++)
            log.AppendHeads();
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
        }), checks);
    }

    private static JsonObject Stamp(long size, byte[] root, string token = "MAA=") => new() { ["size"] = size, ["root"] = Convert.ToHexStringLower(root), ["rfc3161"] = token };

    [Fact]
    public void A_time_stamp_over_a_head_that_was_signed_is_right() => Assert.Empty(Stamped(static (size, root) => Stamp(size, root)).Findings);

    [Fact]
    public void A_stamp_that_comes_thousands_of_heads_after_what_it_stamps_is_verified_all_the_same()
    {
        Assert.NotNull(Stamped(By(Authority, SampleLog.Start), Verifying, later: 5_000).Stamped);
        Assert.Contains(Stamped(By(new StampAuthority(), SampleLog.Start), Verifying, later: 5_000).Findings, static f => f is { Code: BundleFindings.Anchor, Fails: true });
        Assert.Contains(Stamped(static (size, _) => Stamp(size, new byte[32]), later: 5_000).Findings, static f => f is { Code: BundleFindings.Anchor, Fails: true });
    }

    private static readonly BundleChecks Verifying = new() { Stamp = static (token, text) => TimeStamp.Verify(token, text, Authority.Trusted) };

    private static Func<long, byte[], JsonObject> By(StampAuthority authority, DateTimeOffset at) => (size, root) =>
        Stamp(size, root, Convert.ToBase64String(authority.Stamp(Encoding.UTF8.GetBytes(new Checkpoint(SampleLog.Origin, size, root).ToText()), at)));

    [Fact]
    public void Verified_stamps_say_since_when_the_entries_were_there_and_how_long_the_log_went_without_one()
    {
        var at = SampleLog.Start.AddMinutes(4);
        var report = Stamped(By(Authority, at), Verifying);
        Assert.Empty(report.Findings);
        // The log ends some seconds after its start, so the longest stretch is the one before the stamp.
        Assert.Equal(new StampedTimes(at, at, report.LogSize - 3, TimeSpan.FromMinutes(4)), report.Stamped);
        Assert.Null(Stamped(By(Authority, at)).Stamped);
        Assert.Equal(1, Stamped(By(Authority, at)).Stamps);
    }

    [Fact]
    public void A_stamp_that_is_false_or_contradicts_the_times_of_the_entries_is_found()
    {
        foreach (var data in (Func<long, byte[], JsonObject>[])
        [
            By(new StampAuthority(), SampleLog.Start),
            By(Authority, SampleLog.Start.AddMinutes(-10)),
            By(Authority, SampleLog.Start.AddMinutes(10)),
            static (size, root) => Stamp(size, root),
            static (size, root) => Stamp(size, root, "no Base64"),
            static (size, root) => { var stamp = Stamp(size, root); stamp.Remove("rfc3161"); return stamp; },
        ])
        {
            Assert.Contains(Stamped(data, Verifying).Findings, static f => f is { Code: BundleFindings.Anchor, Fails: true });
        }
    }

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
