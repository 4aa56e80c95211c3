using System.Diagnostics;
using System.IO.Compression;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review.Events;
using Governance.Review.Oversight;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.Erasures;
using Governance.Service.Stages;
using Governance.Service.Tests.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Tests.Erasures;

/// <summary>Exports at every depth, before and after an erasure: each verifies against the one root, and none shows what is gone.</summary>
public sealed class ExportTests : IAsyncDisposable
{
    const string Secret = "The aunt of one of them told us so.";

    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    async Task<BundleContent> Export(string reference, Depth depth) => await _service.Send(new ReadTrail(_service.Auditor, reference, depth));

    async Task Sign()
    {
        await using var scope = _service.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<CheckpointSigner>().SignAsync(CancellationToken.None);
    }

    static byte[] Zip(BundleContent content)
    {
        using var zip = new MemoryStream();
        BundleWriter.Write(zip, content);
        return zip.ToArray();
    }

    BundleReport Verified(BundleContent content)
    {
        using var zip = new MemoryStream(Zip(content));
        var report = BundleVerifier.Verify(zip, _service.Services.GetRequiredService<SigningKey>().Verifier);
        Assert.True(report.Verified, string.Join('\n', report.Findings));
        Assert.True(report.Complete);
        var replayed = Replay.Run(report.Proposal!, [.. report.Trail.Select(t => new ReplayEntry
        {
            Seq = t.Entry.Seq,
            Kind = t.Entry.Kind,
            Actor = t.Entry.Actor!,
            Role = t.Entry.Role!,
            At = t.Entry.At,
            Data = t.Entry.Data,
            Rule = t.Entry.Rule,
            Documents = [.. t.Entry.Docs.Select(d => d.Sha256)],
            Disclosed = [.. t.Disclosed.Where(d => d.Disclosure.Name != ProposalStore.ActorName)
                .Select(d => new SealedValue(d.Disclosure.Name, AudienceNames.Parse(d.Class.ToString().ToLowerInvariant()), d.Disclosure.Value))],
        })], report.Pinned.Select(p => p.Bytes));
        Assert.True(replayed.Allowed, string.Join('\n', replayed.Findings));
        return report;
    }

    [Fact]
    public async Task Every_depth_verifies_and_replays_against_one_root_before_and_after_an_erasure()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.Send(new AskQuestion { Actor = _service.Privacy[0], Reference = reference, Stage = StageIds.Privacy, Text = Secret });
        foreach (var member in _service.Privacy) await _service.Vote(reference, StageIds.Privacy, member);
        await Sign();
        var before = await Exports(reference);
        Assert.Contains(Texts(before[Depth.Full]), t => t == Secret);
        Assert.DoesNotContain(Texts(before[Depth.Public]), t => t == Secret);

        var listed = await _service.Send(new ListErasable(_service.Administrator, reference));
        var chosen = new ErasureScope
        {
            Proposal = reference,
            Digests = [.. listed.Values.Where(v => v.Text == Secret || v.Path is "answers.lead_name" or "answers.lay_summary").Select(v => v.Digest)],
        };
        Assert.Equal(3, chosen.Digests.Length);
        var receipt = await _service.Send(new EraseDisclosures { Actor = _service.Administrator, Scope = chosen, Basis = ErasureBasis.Objection });
        await Sign();
        var after = await Exports(reference);

        foreach (var (depth, content) in after)
        {
            Assert.DoesNotContain(Texts(content), t => t == Secret);
            Assert.DoesNotContain(content.Disclosures, d => chosen.Digests.Contains(d.Disclosure.Digest));
            // The entries are byte for byte those of before, the digests of what is gone among them, and one entry more.
            Assert.Equal(before[depth].Entries.Select(e => Convert.ToHexString(e.Bytes)), content.Entries.Take(before[depth].Entries.Count).Select(e => Convert.ToHexString(e.Bytes)));
            var erased = Entry.Parse(Assert.Single(content.Entries.Skip(before[depth].Entries.Count)).Bytes);
            Assert.Equal(("disclosure.erased", "administrator", receipt.Entries[0].Seq), (erased.Kind, erased.Role, erased.Seq));
            Assert.Equal(chosen.Digests.Order(StringComparer.Ordinal), erased.Data["digests"]!.AsArray().Select(d => d!.GetValue<string>()));
            Assert.Equal("objection", erased.Data["basis"]!.GetValue<string>());
        }
        var json = System.Text.Json.Nodes.JsonNode.Parse(TrailFile.Of(after[Depth.Full], Depth.Full, TrailFormat.Json).Bytes)!;
        Assert.Equal(3, json["erased"]!.AsArray().Count);
        AssertScriptVerifies(after[Depth.Panel]);
    }

    [Fact]
    public async Task A_decided_case_can_lose_everything_of_its_lead_and_is_still_the_same_case()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        await _service.ApproveAll(reference);
        await _service.Decide(reference);
        var before = (await _service.Get(reference)).State;
        await _service.Send(new EraseDisclosures { Actor = _service.Administrator, Scope = new ErasureScope { Person = _service.Lead.Id }, Basis = ErasureBasis.NoLongerNeeded });
        await Sign();
        foreach (var content in (await Exports(reference)).Values) Assert.DoesNotContain(Texts(content), t => t.Contains("Lena", StringComparison.Ordinal));
        var after = (await _service.Get(reference)).State;
        Assert.Equal(before.Determination!.Determination.Outcome, after.Determination!.Determination.Outcome);
        Assert.Equal(before.Stages.Select(s => s.Result!.Outcome), after.Stages.Select(s => s.Result!.Outcome));
        Assert.Empty((await _service.Send(new RunDoctor())).Faults);
    }

    [Fact]
    public async Task A_value_that_is_simply_gone_is_a_fault_and_not_an_erasure()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        Assert.Empty((await _service.Send(new RunDoctor())).Faults);
        using (var connection = Untouched.Open(_service.File))
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "DELETE FROM ledger_disclosure WHERE digest = (SELECT MIN(digest) FROM ledger_disclosure)";
            Assert.Equal(1, command.ExecuteNonQuery());
        }
        Assert.Contains((await _service.Send(new RunDoctor())).Faults, f => f.Contains("missing", StringComparison.Ordinal));
        Assert.NotEmpty(reference);
    }

    [Fact]
    public async Task Only_an_administrator_without_a_part_in_it_erases_and_only_with_a_legal_reason_and_the_list_that_was_seen()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        var digest = _service.Disclosures()[0].Digest;
        var scope = new ErasureScope { Proposal = reference, Digests = [digest] };
        var erase = new EraseDisclosures { Actor = _service.Administrator, Scope = scope, Basis = ErasureBasis.Objection };
        await Refused<Review.NotAllowedException>(erase with { Actor = _service.Chair });
        await Refused<Review.NotAllowedException>(erase with { Actor = _service.Lead });
        await Refused<Review.NotAllowedException>(erase with { Actor = _service.Lead with { Roles = [.. _service.Lead.Roles, Review.Role.Administrator] } });
        await Refused<Review.InvalidException>(erase with { Basis = null });
        await Refused<Review.InvalidException>(erase with { Scope = scope with { Digests = ["nothing"] } });
        await Refused<Review.InvalidException>(erase with { Scope = scope with { Digests = [] } });
        await Refused<Review.NotFoundException>(erase with { Scope = scope with { Proposal = "DUP-1999-0001" } });
        await Refused<Review.ConflictException>(erase with { Confirmed = "another list" });
        await Refused<Review.ConflictException>(erase with { Scope = new ErasureScope { Person = _service.Administrator.Id } });
        var plan = await _service.Send(new PlanErasure(_service.Administrator, scope));
        await _service.Send(erase with { Confirmed = plan.Fingerprint });
        await Refused<Review.InvalidException>(erase);

        async Task Refused<T>(EraseDisclosures command)
            where T : Review.RefusalException
        {
            var before = _service.Picture();
            await Assert.ThrowsAsync<T>(() => _service.Send(command));
            Assert.Equal(before, _service.Picture());
        }
    }

    async Task<Dictionary<Depth, BundleContent>> Exports(string reference)
    {
        var exports = new Dictionary<Depth, BundleContent>();
        foreach (var depth in Enum.GetValues<Depth>())
        {
            exports[depth] = await Export(reference, depth);
            Verified(exports[depth]);
        }
        Assert.Single(exports.Values.Select(e => Convert.ToHexString(e.Checkpoint)).Distinct());
        return exports;
    }

    static IEnumerable<string> Texts(BundleContent content) => content.Disclosures.SelectMany(d => Opened.Texts(d.Disclosure.Value));

    void AssertScriptVerifies(BundleContent content)
    {
        var folder = Directory.CreateTempSubdirectory("governance-bundle-").FullName;
        try
        {
            using (var zip = new ZipArchive(new MemoryStream(Zip(content)))) zip.ExtractToDirectory(Path.Combine(folder, "bundle"));
            File.WriteAllText(Path.Combine(folder, "log.vkey"), _service.Services.GetRequiredService<SigningKey>().Verifier + "\n");
            using var process = Process.Start(new ProcessStartInfo("sh", [Path.Combine(folder, "bundle", "verify.sh"), Path.Combine(folder, "log.vkey")]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, said);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
