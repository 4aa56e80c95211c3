using System.Text;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review.Stages;
using Governance.Service.Audit;
using Governance.Service.Pipeline;
using Governance.Service.Tests.Pipeline;
using Microsoft.Data.Sqlite;

namespace Governance.Auditor.Tests.Tampering;

/// <summary>
/// Every attack of docs/attacks.md, done to a real database or a real bundle: what shows it, and what is left over, which
/// is proved as well. A test of a left-over passes as long as nobody notices: it says so in its name.
/// </summary>
public sealed class TamperMatrixTests
{
    static Func<IEnumerable<Entry>, IEnumerable<Entry>> Change(Func<Entry, bool> which, Func<Entry, Entry> change) =>
        entries => entries.Select(e => which(e) ? change(e) : e);

    static Func<IEnumerable<Entry>, IEnumerable<Entry>> Drop(Func<Entry, bool> which) => entries => entries.Where(e => !which(e));

    static Entry OtherActor(Entry entry) => entry with { Actor = entry.Actor + "x" };

    static bool IsRead(Entry entry) => entry.Kind == "proposal.read";

    [Fact]
    public async Task Nothing_is_found_where_nobody_touched_anything()
    {
        await using var scene = await Scene.Set();
        Assert.Equal(Seen.Nothing, await scene.Look());
        await scene.Export("trail.zip");
        scene.AssertVerified("trail.zip", "--known-checkpoint", scene.Kept);
        await scene.ExportLog("log.zip");
        scene.AssertVerified("log.zip", "--known-checkpoint", scene.Kept);
        Assert.Equal(0, scene.Auditor("diff", scene.Older, scene.Named("trail.zip")).ExitCode);
        Assert.True(await scene.Matches(scene.Signed) && await scene.Matches(scene.Unsigned));
        // The tool of the attacks, used to change nothing, leaves everything in order: what is found below is the attack.
        scene.Intruder.Rewrite(Intruder.Nothing, scene.Key);
        Assert.Equal(Seen.Nothing, await scene.Look());
    }

    // A bug or an injection edits a row.

    [Fact]
    public async Task An_edit_by_a_bug_or_an_injection_is_refused_by_the_database()
    {
        await using var scene = await Scene.Set();
        using var connection = Untouched.Open(scene.Service.File);
        foreach (var sql in (string[])["UPDATE ledger_entry SET entry = x'00' WHERE seq = 1", "DELETE FROM ledger_entry WHERE seq = 1", "INSERT OR REPLACE INTO ledger_entry SELECT seq, proposal, pseq, kind, at, x'00', leaf FROM ledger_entry WHERE seq = 1"])
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            Assert.Throws<SqliteException>(() => command.ExecuteNonQuery());
        }
        Assert.Equal(Seen.Nothing, await scene.Look());
    }

    // A database administrator edits entries.

    [Fact]
    public async Task An_edited_entry_is_found_by_doctor_self_check_and_auditor()
    {
        await using var scene = await Scene.Set();
        var seq = scene.Signed.Seq!.Value;
        Assert.Equal(1, scene.Intruder.Execute("UPDATE ledger_entry SET entry = CAST(replace(CAST(entry AS TEXT), 'panel_member', 'chair') AS BLOB) WHERE seq = @seq", ("@seq", seq)));
        var seen = await scene.Look();
        Assert.Contains($"Entry {seq}: its bytes", seen.Doctor, StringComparison.Ordinal);
        Assert.Contains($"Entry {seq}: its bytes", seen.SelfCheck, StringComparison.Ordinal);
        // Signing looks at hashes alone, so an export can still be had. It does not verify.
        await scene.Export("trail.zip");
        scene.AssertFails("trail.zip", BundleFindings.NotInLog);
        await scene.ExportLog("log.zip");
        scene.AssertFails("log.zip", BundleFindings.NotInLog);
    }

    [Fact]
    public async Task An_edited_entry_with_its_leaf_made_anew_is_found_by_self_check_and_auditor()
    {
        await using var scene = await Scene.Set();
        // Among the first 256: its leaf is in a full tile, which the intruder forgets here.
        var bytes = (byte[])scene.Service.Rows("SELECT entry FROM ledger_entry WHERE kind = 'test.tick' ORDER BY seq LIMIT 1")[0][0];
        var edited = OtherActor(Entry.Parse(bytes)).ToBytes();
        scene.Intruder.Execute("UPDATE ledger_entry SET entry = @entry, leaf = @leaf WHERE entry = @old", ("@entry", edited), ("@leaf", Merkle.LeafHash(edited)), ("@old", bytes));
        var seen = await scene.Look();
        Assert.Contains("The head's hashes are not those of the entries", seen.Doctor, StringComparison.Ordinal);
        Assert.Contains("The stored tile/0/000 is not made of the entries", seen.SelfCheck, StringComparison.Ordinal);
        await scene.ExportLog("log.zip");
        scene.AssertFails("log.zip", BundleFindings.NotInLog);
        scene.AssertFails("log.zip", BundleFindings.Tile);
    }

    [Fact]
    public async Task An_edit_with_leaf_tiles_heads_and_roots_recomputed_is_found_by_whatever_was_signed()
    {
        await using var scene = await Scene.Set();
        scene.Intruder.Rewrite(Change(static e => e.Kind == "test.tick" && e.Seq < 256, OtherActor));
        var seen = await scene.Look();
        Assert.Equal("", seen.Doctor);
        Assert.Contains("The last checkpoint is not of these entries", seen.SelfCheck, StringComparison.Ordinal);
        Assert.Contains("in the file beside the key is not of these entries", seen.SelfCheck, StringComparison.Ordinal);
        Assert.Contains("the file beside the key says", seen.Signing, StringComparison.Ordinal);
        // No new export comes about. One under the old signature does not verify.
        await Assert.ThrowsAsync<InvalidOperationException>(() => scene.Export("new.zip"));
        await scene.ExportUnsigned("trail.zip");
        scene.AssertFails("trail.zip", BundleFindings.NotInLog);
    }

    [Fact]
    public async Task A_vote_changed_after_the_last_checkpoint_is_found_by_doctor_and_receipt()
    {
        await using var scene = await Scene.Set();
        scene.Intruder.Rewrite(Change(e => e.Seq == scene.Unsigned.Seq, static e =>
        {
            var data = e.Data.DeepClone().AsObject();
            data["choice"] = "object";
            return e with { Data = data };
        }));
        var seen = await scene.Look();
        // What the database says of the proposal is sealed under a key that is not in the database: it could not be made to fit.
        Assert.Contains($"{scene.Reference}: what the database says of it is not what its entries say", seen.Doctor, StringComparison.Ordinal);
        Assert.False(await scene.Matches(scene.Unsigned));
        Assert.True(await scene.Matches(scene.Signed));
    }

    [Fact]
    public async Task LEFT_OVER_An_entry_changed_before_any_checkpoint_covers_it_is_not_found_where_nobody_has_its_receipt()
    {
        await using var scene = await Scene.Set();
        scene.Intruder.Rewrite(Change(e => IsRead(e) && e.Seq >= scene.SignedSize, OtherActor));
        Assert.Equal(Seen.Nothing, await scene.Look());
        await scene.ExportLog("log.zip");
        scene.AssertVerified("log.zip", "--known-checkpoint", scene.Kept);
    }

    // A full rewrite.

    [Fact]
    public async Task A_rewrite_without_the_key_is_found_by_whoever_trusts_the_true_key()
    {
        await using var scene = await Scene.Set();
        var thief = NoteSigner.Generate(scene.Key.Verifier.Name);
        scene.Intruder.Rewrite(Drop(IsRead), thief);
        var seen = await scene.Look();
        Assert.Contains("the file beside the key says", seen.Signing, StringComparison.Ordinal);
        Assert.Contains("in the file beside the key", seen.SelfCheck, StringComparison.Ordinal);
        var content = await scene.ExportUnsigned("trail.zip");
        scene.AssertFails("trail.zip", BundleFindings.Checkpoint);
        // A key that comes with the bundle changes nothing.
        scene.Written("trail.zip", content with { Key = thief.Verifier });
        scene.AssertFails("trail.zip", BundleFindings.Checkpoint);
        scene.AssertFails("trail.zip", BundleFindings.Key);
    }

    [Fact]
    public async Task A_rewrite_with_the_stolen_key_is_found_by_an_older_checkpoint_an_older_bundle_and_a_witness()
    {
        WitnessOffice? witness = null;
        await using var scene = await Scene.Set(async s => Assert.Equal("", await (witness = await s.Witness()).Ask()));
        await using var office = witness!;
        Assert.Equal("", await office.Ask());
        await scene.RewriteWithKey(Change(IsRead, OtherActor));
        Assert.StartsWith("It has another head of", await office.Ask(), StringComparison.Ordinal);
        await scene.Export("trail.zip");
        scene.AssertFails("trail.zip", BundleFindings.KnownCheckpoint, "--known-checkpoint", scene.Kept);
        var (exitCode, output) = scene.Auditor("diff", scene.Older, scene.Named("trail.zip"));
        Assert.Equal(1, exitCode);
        Assert.Contains(BundleFindings.KnownCheckpoint, output, StringComparison.Ordinal);
        await scene.ExportLog("log.zip");
        scene.AssertFails("log.zip", BundleFindings.KnownCheckpoint, "--known-checkpoint", scene.Kept);
    }

    [Fact]
    public async Task LEFT_OVER_A_rewrite_with_the_stolen_key_is_not_found_where_nobody_kept_anything_and_nobody_witnessed()
    {
        await using var scene = await Scene.Set();
        await scene.RewriteWithKey(Drop(IsRead));
        Assert.Equal(Seen.Nothing, await scene.Look());
        await scene.Export("trail.zip");
        scene.AssertVerified("trail.zip");
        await scene.ExportLog("log.zip");
        scene.AssertVerified("log.zip");
    }

    [Fact]
    public async Task A_rewrite_with_the_stolen_key_below_a_time_stamp_is_found_in_the_whole_log_by_whoever_kept_nothing()
    {
        await using var scene = await Scene.Set(static async s =>
            await s.Service.Send(new RecordAnchor { Actor = Actor.Service, Checkpoint = Checkpoint.Parse(SignedNote.Parse(await File.ReadAllBytesAsync(s.Kept)).Text), Token = [0x30, 0x00] }));
        await scene.ExportLog("before.zip");
        scene.AssertVerified("before.zip");
        await scene.RewriteWithKey(Change(static e => e.Kind == "test.tick" && e.Seq < 256, OtherActor));
        await scene.ExportLog("log.zip");
        scene.AssertFails("log.zip", $"{BundleFindings.Anchor}: ");
        // LEFT OVER: without the stamps nobody misses them, unless they know that there must be one a day.
        await scene.RewriteWithKey(Drop(static e => e.Kind == Anchors.Kind));
        await scene.ExportLog("log.zip");
        scene.AssertVerified("log.zip");
    }

    // Truncation, an old backup restored.

    [Fact]
    public async Task Signed_entries_that_were_cut_off_are_found_by_the_file_beside_the_key_and_receipts()
    {
        await using var scene = await Scene.Set();
        scene.Intruder.Rewrite(Drop(e => e.Seq >= scene.Signed.Seq));
        var seen = await scene.Look();
        Assert.Contains($"{scene.Reference}: what the database says of it is not what its entries say", seen.Doctor, StringComparison.Ordinal);
        Assert.Contains($"The checkpoint in the file beside the key is of {scene.SignedSize} entries", seen.SelfCheck, StringComparison.Ordinal);
        Assert.Contains("Entries are missing", seen.Signing, StringComparison.Ordinal);
        Assert.False(await scene.Matches(scene.Signed));
    }

    [Fact]
    public async Task A_trail_that_was_cut_out_of_the_database_with_its_proposal_is_found_by_self_check_and_signing()
    {
        await using var scene = await Scene.Set();
        scene.Intruder.Rewrite(Drop(e => e.Proposal == scene.Reference));
        var seen = await scene.Look();
        Assert.Contains("in the file beside the key", seen.SelfCheck, StringComparison.Ordinal);
        Assert.Contains("the file beside the key says", seen.Signing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restored_backup_is_found_by_the_file_beside_the_key_witness_and_receipts()
    {
        WitnessOffice? witness = null;
        await using var scene = await Scene.Set(async s =>
        {
            s.BackUp();
            witness = await s.Witness();
        });
        await using var office = witness!;
        Assert.Equal("", await office.Ask());
        scene.Restore();
        Assert.False(await scene.Matches(scene.Signed));
        Assert.StartsWith($"It has seen {scene.SignedSize} entries, but this log has", await office.Ask(), StringComparison.Ordinal);
        var seen = await scene.Look();
        Assert.Equal("", seen.Doctor);
        Assert.Contains($"The checkpoint in the file beside the key is of {scene.SignedSize} entries", seen.SelfCheck, StringComparison.Ordinal);
        Assert.Contains("Entries are missing", seen.Signing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restored_backup_with_the_file_beside_the_key_put_back_too_is_found_by_a_later_checkpoint_and_receipts()
    {
        await using var scene = await Scene.Set(static s =>
        {
            s.BackUp();
            return Task.CompletedTask;
        });
        await scene.Export("later.zip");
        await File.WriteAllBytesAsync(scene.Named("later"), (await scene.ExportUnsigned("later.zip")).Checkpoint);
        scene.Restore();
        scene.KeepBesideTheKey(await File.ReadAllBytesAsync(scene.Kept));
        Assert.Equal(Seen.Nothing, await scene.Look());
        Assert.False(await scene.Matches(scene.Signed));
        await scene.Export("now.zip");
        scene.AssertFails("now.zip", BundleFindings.ConsistencyMissing, "--known-checkpoint", scene.Named("later"));
        // Once the log has grown past it, it is shown to be another history.
        for (var i = 0; scene.Service.LedgerSize() <= Checkpoint.Parse(SignedNote.Parse(await File.ReadAllBytesAsync(scene.Named("later"))).Text).Size; i++) await scene.ExportLog($"log{i}.zip");
        await scene.ExportLog("log.zip");
        scene.AssertFails("log.zip", BundleFindings.KnownCheckpoint, "--known-checkpoint", scene.Named("later"));
    }

    [Fact]
    public async Task LEFT_OVER_Entries_that_were_never_signed_can_be_cut_off_and_are_not_missed()
    {
        await using var scene = await Scene.Set();
        scene.Intruder.Rewrite(Drop(e => IsRead(e) && e.Seq >= scene.SignedSize));
        Assert.Equal(Seen.Nothing, await scene.Look());
    }

    [Fact]
    public async Task A_vote_that_was_never_signed_and_is_cut_off_is_found_by_doctor_and_receipt()
    {
        await using var scene = await Scene.Set();
        scene.Intruder.Rewrite(Drop(e => e.Seq >= scene.SignedSize));
        Assert.Contains(scene.Reference, (await scene.Look()).Doctor, StringComparison.Ordinal);
        Assert.False(await scene.Matches(scene.Unsigned));
    }

    // Omission from one trail.

    [Fact]
    public async Task An_entry_left_out_of_the_middle_of_a_trail_is_found()
    {
        await using var scene = await Scene.Set();
        var content = await scene.Export("whole.zip");
        var gone = Entry.Parse(content.Entries[^2].Bytes).Sd;
        scene.Written("gap.zip", content with { Entries = [.. content.Entries.SkipLast(2), content.Entries[^1]], Disclosures = [.. content.Disclosures.Where(d => !gone.Contains(d.Disclosure.Digest))] });
        scene.AssertFails("gap.zip", BundleFindings.TrailGap);
    }

    [Fact]
    public async Task An_entry_left_out_at_the_end_of_a_trail_is_found_and_without_the_proof_nobody_calls_it_complete()
    {
        await using var scene = await Scene.Set();
        var content = await scene.Export("whole.zip");
        var gone = Entry.Parse(content.Entries[^1].Bytes).Sd;
        var cut = content with { Entries = [.. content.Entries.SkipLast(1)], Disclosures = [.. content.Disclosures.Where(d => !gone.Contains(d.Disclosure.Digest))] };
        scene.Written("cut.zip", cut);
        scene.AssertFails("cut.zip", BundleFindings.Incomplete);
        scene.Written("mute.zip", cut with { Heads = null });
        Assert.DoesNotContain("COMPLETE", scene.Auditor("verify", scene.Named("mute.zip")).Output, StringComparison.Ordinal);
        Assert.Contains("COMPLETE", scene.Auditor("verify", scene.Named("whole.zip")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_left_out_of_a_trail_by_the_holder_of_the_key_is_found_by_the_next_diff()
    {
        await using var scene = await Scene.Set();
        await scene.Export("before.zip");
        await scene.RewriteWithKey(Drop(e => e.Seq == scene.Signed.Seq));
        Assert.Contains(scene.Reference, (await scene.Look()).Doctor, StringComparison.Ordinal);
        await scene.ExportUnsigned("after.zip");
        Assert.Equal(1, scene.Auditor("diff", scene.Named("before.zip"), scene.Named("after.zip")).ExitCode);
    }

    // Backdating.

    [Fact]
    public async Task An_entry_dated_before_the_one_in_front_of_it_is_found_even_under_the_true_key()
    {
        await using var scene = await Scene.Set();
        await scene.RewriteWithKey(Change(e => e.Seq == scene.Signed.Seq, static e => e with { At = e.At.AddDays(-1) }));
        var seen = await scene.Look();
        Assert.Contains($"Entry {scene.Signed.Seq} is older than the one before it", seen.Doctor, StringComparison.Ordinal);
        Assert.Contains($"Entry {scene.Signed.Seq} is older than the one before it", seen.SelfCheck, StringComparison.Ordinal);
        await scene.Export("trail.zip");
        scene.AssertFails("trail.zip", BundleFindings.Time);
        await scene.ExportLog("log.zip");
        scene.AssertFails("log.zip", BundleFindings.Time);
    }

    [Fact]
    public async Task An_entry_put_in_with_an_old_date_is_found_by_any_checkpoint_from_after_that_date()
    {
        await using var scene = await Scene.Set();
        await scene.RewriteWithKey(static entries => entries.SelectMany(static e => e.Kind == "test.tick" && e.Seq < 256 ? (Entry[])[e, e with { Seq = -1, Nonce = Entry.NewNonce() }] : [e]));
        Assert.Equal(Seen.Nothing, await scene.Look());
        await scene.ExportLog("log.zip");
        scene.AssertVerified("log.zip");
        scene.AssertFails("log.zip", BundleFindings.KnownCheckpoint, "--known-checkpoint", scene.Kept);
    }

    [Fact]
    public async Task LEFT_OVER_A_time_that_is_false_by_less_than_the_gap_to_the_entry_in_front_is_not_found()
    {
        await using var scene = await Scene.Set();
        scene.Intruder.Rewrite(Change(e => IsRead(e) && e.Seq >= scene.SignedSize, static e => e with { At = e.At.AddSeconds(-30) }));
        Assert.Equal(Seen.Nothing, await scene.Look());
        await scene.ExportLog("log.zip");
        scene.AssertVerified("log.zip", "--known-checkpoint", scene.Kept);
    }

    // Split view.

    [Fact]
    public async Task Of_two_heads_of_one_size_under_the_true_key_a_witness_signs_only_the_first_and_two_bundles_give_each_other_away()
    {
        await using var scene = await Scene.Set();
        var one = await scene.ExportUnsigned("one.zip");
        await using var office = await scene.Witness();
        Assert.Equal("", await office.Ask());
        await scene.RewriteWithKey(Change(e => IsRead(e), OtherActor));
        var other = await scene.ExportUnsigned("other.zip");
        Assert.Equal(Checkpoint.Parse(SignedNote.Parse(one.Checkpoint).Text).Size, Checkpoint.Parse(SignedNote.Parse(other.Checkpoint).Text).Size);
        var (status, _, body) = await office.Process.Ask(new AddCheckpoint { OldSize = scene.SignedSize, Proof = [], Checkpoint = other.Checkpoint }.ToBytes());
        Assert.Equal((409, $"{scene.SignedSize}\n"), (status, Encoding.ASCII.GetString(body)));

        await File.WriteAllBytesAsync(scene.Named("mine"), one.Checkpoint);
        scene.AssertFails("other.zip", BundleFindings.KnownCheckpoint, "--known-checkpoint", scene.Named("mine"));
        Assert.Equal(1, scene.Auditor("diff", scene.Named("one.zip"), scene.Named("other.zip")).ExitCode);
        // LEFT OVER: whoever sees only one of the two, and asks for no cosignature, sees nothing wrong.
        scene.AssertVerified("one.zip");
        scene.AssertVerified("other.zip");
        // Whoever asks for the witness's cosignature takes neither of these.
        await File.WriteAllTextAsync(scene.Named("policy"), $"log {scene.Key.Verifier}\nwitness w {office.Key}\nquorum w\n");
        scene.AssertEnds(AuditorProgram.PolicyNotMet, "other.zip", BundleFindings.Policy, "--policy", scene.Named("policy"));
    }

    // A decision never logged.

    [Theory]
    [InlineData("UPDATE proposal SET phase = 'Determined', outcome = 'Favourable'", "what lists say of it is not what its entries say")]
    [InlineData("UPDATE proposal SET phase = 'Draft'", "or calls it a draft")]
    [InlineData("UPDATE proposal SET state = @old", "what the database says of it is not what its entries say")]
    [InlineData("UPDATE proposal SET state = title", "something sealed was changed")]
    [InlineData("UPDATE proposal_revision SET answers = documents", "something sealed was changed")]
    public async Task A_proposal_changed_without_an_entry_is_found_by_the_doctor(string sql, string finding)
    {
        object old = DBNull.Value;
        await using var scene = await Scene.Set(s =>
        {
            old = s.Service.Rows("SELECT state FROM proposal")[0][0];
            return Task.CompletedTask;
        });
        Assert.Equal(1, scene.Intruder.Execute(sql, ("@old", old)));
        Assert.Contains($"{scene.Reference}: ", (await scene.Look()).Doctor, StringComparison.Ordinal);
        Assert.Contains(finding, (await scene.Look()).Doctor, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LEFT_OVER_A_vote_that_the_holder_of_all_keys_logs_in_somebodys_name_is_found_by_no_program()
    {
        // The operator runs code of their own: what it logs is logged. The one whose name was used can see it in the trail.
        await using var scene = await Scene.Set();
        await scene.Service.Vote(scene.Reference, StageIds.Privacy, scene.Service.Privacy[0], Review.Events.VoteChoice.Object);
        Assert.Equal(Seen.Nothing, await scene.Look());
        await scene.Export("trail.zip");
        scene.AssertVerified("trail.zip", "--known-checkpoint", scene.Kept);
        Assert.Equal(0, scene.Auditor("replay", scene.Named("trail.zip")).ExitCode);
    }

    // What was sealed.

    [Fact]
    public async Task Two_sealed_texts_that_changed_places_are_found_by_doctor_and_auditor()
    {
        await using var scene = await Scene.Set();
        scene.Intruder.Execute(
            """
            UPDATE ledger_disclosure SET disclosure = (SELECT o.disclosure FROM ledger_disclosure o WHERE o.seq = @other ORDER BY digest LIMIT 1) WHERE seq = @seq
            """,
            ("@seq", scene.Signed.Seq!), ("@other", scene.Unsigned.Seq!));
        Assert.Contains($"Entry {scene.Signed.Seq}: a disclosure is missing or was changed", (await scene.Look()).Doctor, StringComparison.Ordinal);
        await scene.Export("trail.zip");
        var digest = (string)scene.Service.Rows("SELECT MIN(digest) FROM ledger_disclosure WHERE seq = @seq", ("@seq", scene.Signed.Seq!))[0][0];
        scene.AssertFails("trail.zip", $"{BundleFindings.DisclosureMissing}: The bundle does not account for {digest} of entry {scene.Signed.Seq}: it is missing.");
        await scene.ExportLog("log.zip");
        scene.AssertFails("log.zip", BundleFindings.DisclosureMissing);
    }

    [Fact]
    public async Task A_sealed_text_whose_row_was_deleted_is_found_by_doctor_and_auditor_and_not_called_a_decoy()
    {
        await using var scene = await Scene.Set();
        var digest = (string)scene.Service.Rows("SELECT digest FROM ledger_disclosure WHERE seq = @seq ORDER BY digest LIMIT 1", ("@seq", scene.Signed.Seq!))[0][0];
        Assert.Equal(1, scene.Intruder.Execute("DELETE FROM ledger_disclosure WHERE digest = @digest", ("@digest", digest)));
        await AssertMissing();
        // Nor does it help to write down that it was erased, where no entry says so.
        scene.Intruder.Execute(
            "INSERT INTO erased_disclosure (digest, seq, proposal, path, class, many, erased_in) VALUES (@digest, @seq, @proposal, '', 'panel', 0, @seq)",
            ("@digest", digest), ("@seq", scene.Signed.Seq!), ("@proposal", scene.Reference));
        await AssertMissing();
        // LEFT OVER: an export that shows a part withholds decoys too, so it cannot say what is lost.
        await scene.Export("public.zip", Depth.Public);
        scene.AssertVerified("public.zip");

        async Task AssertMissing()
        {
            Assert.Contains($"Entry {scene.Signed.Seq}: a disclosure is missing or was changed ({digest})", (await scene.Look()).Doctor, StringComparison.Ordinal);
            await scene.Export("trail.zip");
            scene.AssertFails("trail.zip", $"{BundleFindings.DisclosureMissing}: The bundle does not account for {digest} of entry {scene.Signed.Seq}: it is missing.");
            await scene.ExportLog("log.zip");
            scene.AssertFails("log.zip", $"{BundleFindings.DisclosureMissing}: The exporter says that the value behind {digest} is lost.");
        }
    }

    [Fact]
    public async Task A_sealed_text_made_to_look_as_if_its_key_were_gone_is_found_by_doctor_and_auditor()
    {
        await using var scene = await Scene.Set();
        var row = scene.Service.Rows("SELECT digest, disclosure FROM ledger_disclosure WHERE seq = @seq ORDER BY digest LIMIT 1", ("@seq", scene.Signed.Seq!))[0];
        var box = (byte[])row[1];
        // Behind the version comes the number of the key.
        box.AsSpan(1, 8).Fill(0x7F);
        scene.Intruder.Execute("UPDATE ledger_disclosure SET disclosure = @box WHERE digest = @digest", ("@box", box), ("@digest", row[0]));
        Assert.Contains($"({row[0]})", (await scene.Look()).Doctor, StringComparison.Ordinal);
        await scene.Export("trail.zip");
        scene.AssertFails("trail.zip", $"{BundleFindings.DisclosureMissing}: The bundle does not account for {row[0]}");
    }

    /// <summary>The guide lists what is proved here, and nothing else.</summary>
    [Fact]
    public void The_guide_names_every_attack_that_is_proved_here_and_no_other()
    {
        var guide = File.ReadAllText(Path.Combine(Service.Tests.TestService.Root, "docs", "attacks.md"));
        var named = guide.Split('`').Where((_, i) => i % 2 == 1).Where(static word => word.Count(static c => c == '_') > 3).ToHashSet();
        var proved = GetType().GetMethods().Where(static m => m.IsDefined(typeof(FactAttribute), true) && !m.Name.StartsWith("The_guide", StringComparison.Ordinal)).Select(static m => m.Name).ToHashSet();
        Assert.Equal(proved.Order(StringComparer.Ordinal), named.Where(n => !n.Contains('.', StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }
}
