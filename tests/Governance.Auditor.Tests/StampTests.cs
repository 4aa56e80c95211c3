using System.Text;
using System.Text.Json.Nodes;
using Governance.Auditor.Tests.Tampering;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Ledger.Tests;
using Governance.Service.Audit;
using Governance.Service.Pipeline;

namespace Governance.Auditor.Tests;

/// <summary>Time stamps in an exported log, verified by the auditor's own program.</summary>
public sealed class StampTests
{
    static async Task Stamp(Scene scene, StampAuthority authority)
    {
        var checkpoint = Checkpoint.Parse(SignedNote.Parse(Encoding.UTF8.GetBytes((await scene.Service.Send(new SignCheckpoint { Actor = Actor.Service })).Note)).Text);
        var token = authority.Stamp(Encoding.UTF8.GetBytes(checkpoint.ToText()), scene.Service.Clock.GetUtcNow());
        await scene.Service.Send(new RecordAnchor { Actor = Actor.Service, Checkpoint = checkpoint, Token = token });
    }

    [Fact]
    public async Task Every_stamp_is_verified_and_the_longest_time_without_one_is_told()
    {
        await using var scene = await Scene.Set();
        var authority = new StampAuthority();
        await File.WriteAllTextAsync(scene.Named("authority.pem"), authority.Certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(scene.Named("stranger.pem"), new StampAuthority().Certificate.ExportCertificatePem());
        await Stamp(scene, authority);
        scene.Service.Clock.Advance(TimeSpan.FromDays(9));
        await Stamp(scene, authority);
        await scene.ExportLog("log.zip");

        var (code, said) = scene.Auditor(["verify", scene.Named("log.zip"), "--time-stamps", scene.Named("authority.pem")]);
        Assert.Equal(AuditorProgram.Verified, code);
        Assert.Contains("Stamped    2 times", said, StringComparison.Ordinal);
        Assert.Contains("at most 9 days went by without a time stamp", said, StringComparison.Ordinal);
        var json = JsonNode.Parse(scene.Auditor(["verify", scene.Named("log.zip"), "--json", "--time-stamps", scene.Named("authority.pem")]).Output)!;
        Assert.Equal((2, 216.0), ((int)json["time_stamps"]!, (double)json["stamped"]!["longest_gap_hours"]!));

        // Without the certificates they are counted and nothing is claimed.
        Assert.Contains("2 times; name the authority's certificates", scene.Auditor(["verify", scene.Named("log.zip")]).Output, StringComparison.Ordinal);
        scene.AssertFails("log.zip", BundleFindings.Anchor, "--time-stamps", scene.Named("stranger.pem"));
        await File.WriteAllTextAsync(scene.Named("empty.pem"), "");
        Assert.Equal(AuditorProgram.Unusable, scene.Auditor(["verify", scene.Named("log.zip"), "--time-stamps", scene.Named("empty.pem")]).ExitCode);
    }
}
