using System.Text.Json.Nodes;
using Governance.Ledger;
using Governance.Ledger.Bundles;
using Governance.Review.Oversight;
using Governance.Review.Stages;
using Governance.Service.Audit;

namespace Governance.Auditor.Tests;

/// <summary>Every forged trail verifies, because the forger holds the key; replaying it finds and names what was not allowed.</summary>
public sealed class ForgedTrailTests(SampleTrails trails) : IClassFixture<SampleTrails>, IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("auditor-forged-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    (int ExitCode, string Output) Run(string command, Forgery forgery)
    {
        File.WriteAllBytes(Path.Combine(_folder, "forged.zip"), forgery.Zip());
        File.WriteAllText(Path.Combine(_folder, "log.vkey"), forgery.Key);
        using var output = new StringWriter();
        return (AuditorProgram.Run([command, Path.Combine(_folder, "forged.zip"), "--trust", Path.Combine(_folder, "log.vkey")], output, output), output.ToString());
    }

    /// <param name="Code">The code that the finding must have.</param>
    /// <param name="Says">What its sentence must say.</param>
    /// <param name="Forge">Forges, and gives the place of the entry that must be named.</param>
    sealed record Case(string Trail, string Code, string Says, Func<Forgery, int> Forge);

    static readonly Dictionary<string, Case> Cases = new(StringComparer.Ordinal)
    {
        ["a stage is never opened"] = new("Eventful", ReplayCodes.Opening, "but the pinned route opens the Criminalisation risk stage",
            f => f.Drop(f.Find("stage.opened", StageIds.CriminalisationRisk))),
        ["the last opening is missing"] = new("Open", ReplayCodes.Sequence, "must follow (stage.opened), but the trail ends", f =>
        {
            var last = f.Entries.FindLastIndex(e => e.Kind == "stage.opened");
            f.Entries.RemoveRange(last, f.Entries.Count - last);
            return 0;
        }),
        ["the lead votes"] = new("Eventful", ReplayCodes.Vote, "the lead took part in judging their own proposal by voting on it", f =>
        {
            var at = f.Find("vote.cast", StageIds.Privacy);
            f.Entries[at] = f.Entries[at] with { Actor = f.Entries[0].Actor };
            return at;
        }),
        ["a member of the team votes"] = new("Eventful", ReplayCodes.Vote, "a member of the delivery team took part in judging their own proposal", f =>
        {
            var at = f.Find("vote.cast", StageIds.Privacy);
            f.Change(0, d => d["team"] = new JsonArray(f.Entries[at].Actor!));
            return at;
        }),
        ["somebody who stepped back votes"] = new("Eventful", ReplayCodes.Vote, "declared a conflict of interest and stepped back", f =>
        {
            var recused = f.Entries[f.Find("member.recused")].Actor;
            var at = f.Entries.FindLastIndex(e => e.Kind == "vote.cast" && (string?)e.Data["stage"] == StageIds.CriminalisationRisk);
            f.Entries[at] = f.Entries[at] with { Actor = recused };
            return at;
        }),
        ["somebody without a seat votes"] = new("Eventful", ReplayCodes.Vote, "held no seat on the panel of the Privacy stage",
            f => f.Change(f.Find("vote.cast", StageIds.Privacy), d => d["seats"] = new JsonArray())),
        ["a vote is for another opening"] = new("Eventful", ReplayCodes.Vote, "opening 1 was under way",
            f => f.Change(f.Find("vote.cast", StageIds.Privacy), d => d["opening"] = 2)),
        ["a vote is on another revision"] = new("Eventful", ReplayCodes.Vote, "the vote is on revision 2, but revision 1 was the current one",
            f => f.Change(f.Find("vote.cast", StageIds.Privacy), d => d["revision"] = 2)),
        ["a vote comes after its stage was closed"] = new("Eventful", ReplayCodes.Vote, "in the Privacy stage while it was not open", f =>
        {
            var vote = f.Find("vote.cast", StageIds.Privacy, 1);
            return f.Insert(f.Find("proposal.revised"), f.Entries[vote]);
        }),
        ["a vote comes after the decision"] = new("Eventful", ReplayCodes.NotAllowed, "the proposal was decided before this",
            f => f.Insert(f.Entries.Count, f.Entries[f.Find("vote.cast", StageIds.Privacy)])),
        ["a stage closes without its quorum"] = new("Departing", ReplayCodes.Closing, "with 2 of the 3 votes that it needs", f =>
        {
            f.Drop(f.Find("vote.cast", StageIds.CriminalisationRisk, 2));
            return f.Change(f.Find("stage.closed", StageIds.CriminalisationRisk), d => d["votes"]!.AsArray().RemoveAt(2));
        }),
        ["a stage closes without a mandatory seat"] = new("Departing", ReplayCodes.Closing, "without the votes that it needs: at least 1 for youth justice.", f =>
        {
            f.Change(f.Find("vote.cast", StageIds.CriminalisationRisk, 0), d => d["seats"] = new JsonArray("lay"));
            return f.Find("stage.closed", StageIds.CriminalisationRisk);
        }),
        ["a stage approves though a concern has no answer"] = new("Eventful", ReplayCodes.Closing, "has not answered 1 of the young people's concerns", f =>
        {
            f.Drop(f.Find("concern.answered", nth: 1));
            return f.Find("stage.closed", StageIds.YouthVoice, 1);
        }),
        ["a stage has another outcome than its votes give"] = new("Departing", ReplayCodes.Outcome, "recorded as \"Approved\", but the votes on record give \"Objected\"", f =>
        {
            var at = f.Find("stage.closed", StageIds.CriminalisationRisk);
            f.Change(at + 1, d => d["outcome"] = "Approved");
            return f.Change(at, d => d["outcome"] = "approved");
        }),
        ["other votes are said to have counted"] = new("Departing", ReplayCodes.Outcome, "are not those that count",
            f => f.Change(f.Find("stage.closed", StageIds.CriminalisationRisk), d => d["votes"]![2]!["choice"] = "abstain")),
        ["a vote that was cast is left out"] = new("Departing", ReplayCodes.Closing, "with 2 of the 3 votes", f =>
        {
            f.Drop(f.Find("vote.cast", StageIds.CriminalisationRisk, 2));
            return f.Find("stage.closed", StageIds.CriminalisationRisk);
        }),
        ["a stage is called overdue before its day"] = new("Eventful", ReplayCodes.Outcome, "is recorded as \"Overdue: started again\"", f =>
        {
            f.Change(f.Find("stage.closed", StageIds.Privacy), d => d["outcome"] = "overdue");
            return f.Find("stage.closed", StageIds.Privacy);
        }),
        ["the conditions of an approval are lost"] = new("Eventful", ReplayCodes.Differs, "\"conditions\"",
            f => f.Change(f.Find("stage.closed", StageIds.CriminalisationRisk), d => d["conditions"] = new JsonArray())),
        ["a vote for changes says none"] = new("Eventful", ReplayCodes.NotAllowed, "Say at least one thing that should change",
            f => f.Change(f.Find("vote.cast", StageIds.Privacy, 1), d => d["changes"] = new JsonArray())),
        ["the facts are changed"] = new("Eventful", ReplayCodes.Facts, "but the entries before give [stale, stale:criminalisation-risk",
            f => f.Change(f.Find("route.advanced"), d => d["facts"] = new JsonArray())),
        ["the route's steps are changed"] = new("Eventful", ReplayCodes.Steps, "but the pinned route takes [",
            f => f.Change(f.Find("route.advanced"), d => d["steps"]!.AsArray().RemoveAt(0))),
        ["the route moves on from another stage"] = new("Departing", ReplayCodes.Steps, "moves it on from",
            f => f.Change(f.Find("route.advanced", nth: 1), d => d["activity"] = "privacy")),
        ["a stage opens with a smaller quorum"] = new("Eventful", ReplayCodes.Opening, "opened with a quorum of 1, but the pinned route says 3",
            f => f.Change(f.Find("stage.opened", StageIds.Privacy), d => d["quorum"] = 1)),
        ["a stage opens with an easier rule"] = new("Eventful", ReplayCodes.Opening, "voting rule \"majority\", but the pinned route says \"no-objection\"",
            f => f.Change(f.Find("stage.opened", StageIds.YouthVoice), d => d["rule"] = "majority")),
        ["a stage opens without its mandatory seats"] = new("Eventful", ReplayCodes.Opening, "with other mandatory seats [] than the pinned route says [2 youth]",
            f => f.Change(f.Find("stage.opened", StageIds.YouthVoice), d => d["seats"] = new JsonArray())),
        ["a stage is due too early"] = new("Eventful", ReplayCodes.Opening, "is due on 2026-11-03, earlier than the pinned route says",
            f => f.Change(f.Find("stage.opened", StageIds.Privacy), d => d["due"] = "2026-11-03")),
        ["another panel is asked"] = new("Eventful", ReplayCodes.Opening, "panel \"full-panel\"",
            f => f.Change(f.Find("stage.opened", StageIds.Privacy), d => d["panel"] = "full-panel")),
        ["a second opening is called the first"] = new("Eventful", ReplayCodes.Opening, "is called opening 1 of the Privacy stage, but it is opening 2",
            f => f.Change(f.Find("stage.opened", StageIds.Privacy, 1), d => d["opening"] = 1)),
        ["stages open in another order"] = new("Eventful", ReplayCodes.Opening, "but the pinned route opens the",
            f => f.Move(f.Find("stage.opened") + 1, f.Find("stage.opened"))),
        ["a stage closes before its votes"] = new("Departing", ReplayCodes.Closing, "with 0 of the 3 votes",
            f => f.Move(f.Find("stage.closed", StageIds.CriminalisationRisk), f.Find("vote.cast", StageIds.CriminalisationRisk))),
        ["a stage opens by itself"] = new("Eventful", ReplayCodes.Sequence, "nothing that was decided before it leads to this",
            f => f.Insert(f.Find("question.asked"), f.Entries[f.Find("stage.opened", StageIds.Privacy)])),
        ["the decision comes before the stages are done"] = new("Departing", ReplayCodes.NotAllowed, "this could not be done while the proposal was under review", f =>
        {
            var first = f.Find("vote.cast");
            var last = f.Entries.FindLastIndex(e => e.Kind == "determination.opened");
            f.Entries.RemoveRange(first, last - first + 1);
            return first;
        }),
        ["a decision departs from an objection without a reason"] = new("Departing", ReplayCodes.Determination, "goes against the objection of the Criminalisation risk stage",
            f => f.Change(f.Find("determination.made"), d => d["departures"] = new JsonArray())),
        ["a decision with conditions has none"] = new("Eventful", ReplayCodes.NotAllowed, "Set at least one condition",
            f => f.Change(f.Find("determination.made", nth: 1), d => d["conditions"] = new JsonArray())),
        ["the chair's decision is made by the lead"] = new("Departing", ReplayCodes.Role, "the lead took part in judging their own proposal", f =>
        {
            var at = f.Find("determination.made");
            for (var i = at; i < f.Entries.Count; i++) f.Entries[i] = f.Entries[i] with { Actor = f.Entries[0].Actor };
            return at;
        }),
        ["an auditor closes a stage"] = new("Departing", ReplayCodes.NotAllowed, "nobody may do this as an auditor", f =>
        {
            var at = f.Find("stage.closed");
            for (var i = at; i == at || f.Entries[i].Kind == "route.advanced"; i++) f.Entries[i] = f.Entries[i] with { Role = "auditor" };
            return at;
        }),
        ["what follows is said to be somebody else's"] = new("Departing", ReplayCodes.Sequence, "must name the same person, role and time", f =>
        {
            var at = f.Find("route.advanced", nth: 1);
            f.Entries[at] = f.Entries[at] with { Actor = f.Entries[0].Actor };
            return at;
        }),
        ["a revision leaves a request without an answer"] = new("Eventful", ReplayCodes.Revision, "the request c2 is not answered",
            f => f.Change(f.Find("proposal.revised"), d => d["responses"]!.AsArray().RemoveAt(1))),
        ["a revision hides what it changed"] = new("Eventful", ReplayCodes.Revision, "the answer to \"use_description\" changed, but it is not among the changes",
            f => f.Change(f.Find("proposal.revised"), d => d["changed"] = new JsonArray())),
        ["a revision skips a number"] = new("Eventful", ReplayCodes.Revision, "revision 2 comes next",
            f => f.Change(f.Find("proposal.revised"), d => d["revision"] = 3)),
        ["a revision comes unasked"] = new("Eventful", ReplayCodes.Revision, "that nobody had asked for",
            f => f.Move(f.Find("proposal.revised"), f.Find("question.asked"))),
        ["a red line is forgotten"] = new("Open", ReplayCodes.Screening, "its flag is not on record",
            f => f.Change(0, d => d["flags"] = new JsonArray([.. d["flags"]!.AsArray().Where(x => (string?)x!["severity"] != "red_line").Select(x => x!.DeepClone())]))),
        ["a flag is made lighter"] = new("Open", ReplayCodes.Screening, "but the pinned rule says red_line",
            f => f.Change(0, d => d["flags"]!.AsArray().First(x => (string?)x!["severity"] == "red_line")!["severity"] = "note")),
        ["another route is named than was pinned"] = new("Open", ReplayCodes.Screening, "but the pinned route is",
            f => f.Change(0, d => d["route"] = "light")),
        ["an entry names other rules"] = new("Open", ReplayCodes.RulesChanged, "other rules than those that were pinned", f =>
        {
            var at = f.Find("vote.cast");
            f.Entries[at] = f.Entries[at] with { Rule = new Dictionary<string, string>(f.Entries[at].Rule) { ["route"] = new('0', 64) } };
            return at;
        }),
        ["the pinned route is not there"] = new("Open", ReplayCodes.Rules, "is not here, so nothing can be replayed", f =>
        {
            f.Pinned.RemoveAll(p => p.Name == "route.json");
            return 0;
        }),
        ["another document is named"] = new("Open", ReplayCodes.Documents, "documents", f =>
        {
            f.Entries[0] = f.Entries[0] with { Docs = [.. f.Entries[0].Docs.Skip(1)] };
            return 0;
        }),
        ["the submission is missing"] = new("Open", ReplayCodes.Submission, "What came before it is missing", f => f.Drop(0)),
        ["the proposal is submitted twice"] = new("Open", ReplayCodes.NotAllowed, "could not be done while the proposal was under review",
            f => f.Insert(f.Find("vote.cast"), f.Entries[0] with { Sd = [] })),
        ["an entry is of an unknown kind"] = new("Open", ReplayCodes.Unreadable, "There is no event", f =>
        {
            var at = f.Find("vote.cast");
            f.Entries[at] = f.Entries[at] with { Kind = "vote.bought" };
            return at;
        }),
        ["an entry holds nonsense"] = new("Open", ReplayCodes.Unreadable, "cannot be read as an event",
            f => f.Change(f.Find("vote.cast"), d => d["choice"] = "perhaps")),
        ["a disclosure covers up what stands in the entry"] = new("Open", ReplayCodes.Disclosure, "a disclosure gives \"choice\"", f =>
        {
            var at = f.Find("vote.cast");
            var hidden = Disclosure.Create("choice", "object");
            f.Disclosures.Add(new BundleDisclosure(DisclosureClass.Panel, hidden));
            f.Entries[at] = f.Entries[at] with { Sd = [.. f.Entries[at].Sd.Append(hidden.Digest).Order(StringComparer.Ordinal)] };
            return at;
        }),
        ["somebody else takes the proposal back"] = new("Withdrawn", ReplayCodes.Role, "by somebody who is not the lead", f =>
        {
            var at = f.Find("proposal.withdrawn");
            f.Entries[at] = f.Entries[at] with { Actor = f.Entries[f.Find("vote.cast")].Actor };
            return at;
        }),
        ["a question that nobody asked is answered"] = new("Eventful", ReplayCodes.NotAllowed, "the rules refuse this", f =>
        {
            f.Drop(f.Find("question.asked"));
            return f.Find("question.answered");
        }),
        ["a concern comes from a session that was not held"] = new("Eventful", ReplayCodes.NotAllowed, "Choose a session that is on record", f =>
        {
            f.Drop(f.Find("youth.session_held"));
            return f.Find("concern.raised");
        }),
    };

    public static TheoryData<string> Names() => [.. Cases.Keys];

    async Task<Forgery> Of(string trail, Depth depth = Depth.Full) =>
        new(await trails.Export((string)typeof(SampleTrails).GetProperty(trail)!.GetValue(trails)!, depth));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_forged_trail_verifies_and_is_refused_with_the_entry_named(string name)
    {
        var (trail, code, says, forge) = Cases[name];
        var forgery = await Of(trail);
        var at = forge(forgery);

        var verified = Run("verify", forgery);
        Assert.True(verified.ExitCode == 0, verified.Output);
        var (exitCode, output) = Run("replay", forgery);
        Assert.Equal(1, exitCode);
        Assert.Contains("NOT ALLOWED.", output, StringComparison.Ordinal);
        var finding = output.Split('\n').FirstOrDefault(l => l.Contains($"{code}: Entry {at} (", StringComparison.Ordinal) && l.Contains(says, StringComparison.Ordinal));
        Assert.True(finding is not null, output);
    }

    [Theory]
    [InlineData(Depth.Public)]
    [InlineData(Depth.Panel)]
    public async Task What_is_withheld_does_not_help_a_forger(Depth depth)
    {
        foreach (var (name, (trail, code, _, forge)) in Cases.Where(c => c.Key is not ("a revision hides what it changed" or "a disclosure covers up what stands in the entry")))
        {
            var forgery = await Of(trail, depth);
            var at = forge(forgery);
            var (exitCode, output) = Run("replay", forgery);
            Assert.True(exitCode == 1 && output.Contains($"{code}: Entry {at} (", StringComparison.Ordinal), $"{name}\n{output}");
        }
    }

    [Fact]
    public async Task Signing_a_trail_again_without_changing_it_is_allowed()
    {
        foreach (var trail in (string[])["Eventful", "Withdrawn", "Departing", "Open"])
        {
            var (exitCode, output) = Run("replay", await Of(trail));
            Assert.True(exitCode == 0, output);
        }
    }

    [Fact]
    public async Task No_entry_that_moves_the_review_on_can_be_left_out()
    {
        // Without these, the record would be another one, but one that could have happened.
        string[] mayBeMissing = ["vote.cast", "question.answered", "member.recused"];
        var whole = await Of("Eventful");
        for (var i = 0; i < whole.Entries.Count; i++)
        {
            var forgery = await Of("Eventful");
            if (mayBeMissing.Contains(forgery.Entries[i].Kind)) continue;
            var kind = forgery.Entries[i].Kind;
            forgery.Drop(i);
            var (exitCode, output) = Run("replay", forgery);
            Assert.True(exitCode == 1, $"entry {i} ({kind})\n{output}");
        }
    }

    [Fact]
    public async Task Steps_of_the_route_cannot_change_places_with_their_neighbours()
    {
        var whole = await Of("Eventful");
        string[] steps = ["route.advanced", "stage.opened", "stage.closed", "revision.awaited", "proposal.revised", "determination.opened", "determination.made"];
        for (var i = 1; i < whole.Entries.Count - 1; i++)
        {
            if (!steps.Contains(whole.Entries[i].Kind) || !steps.Contains(whole.Entries[i + 1].Kind)) continue;
            var forgery = await Of("Eventful");
            (forgery.Entries[i], forgery.Entries[i + 1]) = (forgery.Entries[i + 1] with { At = forgery.Entries[i].At }, forgery.Entries[i] with { At = forgery.Entries[i + 1].At });
            Assert.Equal(1, Run("replay", forgery).ExitCode);
        }
    }
}
