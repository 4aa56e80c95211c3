using CsCheck;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Messages;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Review.Tests.Decisions;

namespace Governance.Review.Tests.Messages;

/// <summary>Whatever happens to a proposal, in any order: who has something new to do is told, once, and nobody else is asked for it.</summary>
public sealed class MessageRulesTests
{
    static readonly WorkingDays Calendar = WorkingDays.Parse("""{"england_and_wales":[{"date":"2026-12-25"},{"date":"2026-12-28"}]}"""u8, "days");

    [Fact]
    public void Each_kind_of_event_has_a_row_that_says_whom_it_tells_or_that_it_tells_nobody()
    {
        Assert.Equal(EventCatalogue.Kinds.Select(k => k.Type.Name).Order(StringComparer.Ordinal), MessageRules.Table.Select(r => r.Event.Name).Distinct().Order(StringComparer.Ordinal));
        foreach (var rows in MessageRules.Table.GroupBy(r => r.Event))
        {
            Assert.All(rows, r => Assert.Equal(r.Kind is null, r.To == Recipients.Nobody));
            Assert.True(rows.Count() == 1 || rows.All(r => r.Kind is not null), $"{rows.Key.Name} tells nobody, and somebody.");
            Assert.Equal(rows.Count(), rows.Select(r => r.Kind).Distinct().Count());
        }
    }

    [Fact]
    public void Each_kind_of_message_comes_from_a_row_or_from_a_day_and_has_words()
    {
        var made = MessageRules.Table.Where(r => r.Kind is not null).Select(r => r.Kind!.Value).Append(MessageKind.DueSoon).Append(MessageKind.Overdue).Append(MessageKind.StageOverdue).Distinct().Order();
        Assert.Equal(Enum.GetValues<MessageKind>(), made);
        foreach (var kind in Enum.GetValues<MessageKind>())
        {
            var words = MessageWords.Of(kind, "DUP-2026-0001", StageIds.Privacy, new DateOnly(2026, 11, 16));
            Assert.Contains("DUP-2026-0001", words.Text, StringComparison.Ordinal);
            Assert.StartsWith("/", words.Path, StringComparison.Ordinal);
            Assert.True(ReadingAge.Of($"{words.Title}. {words.Text}") is not { } age || age.Age <= 16, $"{kind}: {words.Text}");
            // What asks for something with a day says the day.
            if (MessageRules.Asks(kind) && kind is not (MessageKind.DeterminationAsked or MessageKind.ChangesAsked)) Assert.Contains("16 November 2026", words.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Whoever_has_something_new_to_do_is_told_and_only_they_are_asked()
    {
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<MessageKind, int>();
        Gen.Select(Gen.Int[0, World.RouteIds.Count - 1], AnyOrderTests.Attempts).Sample((route, attempts) =>
        {
            var world = new World(World.RouteIds[route]);
            var (case_, told) = (world.Case with { State = ProposalState.None with { Reference = world.State.Reference, Lead = World.Lead.Pseudonym } }, 0);
            void Look()
            {
                var queueBefore = WorkQueue.Of(case_, World.Everybody);
                List<Message> messages = [];
                for (; told < world.Trail.Count; told++)
                {
                    var after = case_ with { State = ProposalFold.Apply(case_.State, world.Trail[told]) };
                    var made = MessageRules.Of(case_, after, world.Trail[told], World.Everybody);
                    Check(after, world.Trail[told], made);
                    messages.AddRange(made);
                    case_ = after;
                }
                foreach (var message in messages) seen.AddOrUpdate(message.Kind, 1, (_, n) => n + 1);
                var known = queueBefore.Select(i => (i.Person, i.Task, i.Stage)).ToHashSet();
                foreach (var asked in WorkQueue.Of(case_, World.Everybody).Where(i => !known.Contains((i.Person, i.Task, i.Stage))))
                    Assert.True(messages.Exists(m => m.Person == asked.Person && Tells(asked, m)), $"{asked.Person} is asked to {asked.Task} in {asked.Stage} and was not told.");
            }
            Look();
            foreach (var attempt in attempts)
            {
                AnyOrderTests.Make(world, attempt);
                Look();
            }
            foreach (var _ in AnyOrderTests.LeadToADecision(world)) Look();
        }, iter: 60, threads: 2);
        // Questions are asked by nobody in these walks; without the others the property could hold because nothing ever happened.
        Assert.Empty(Enum.GetValues<MessageKind>().Except(seen.Keys).Except(
            [MessageKind.QuestionAsked, MessageKind.QuestionAnswered, MessageKind.DueSoon, MessageKind.Overdue, MessageKind.StageOverdue, MessageKind.Withdrawn, MessageKind.MemberSteppedBack]));
    }

    static bool Tells(WorkItem asked, Message message) => asked.Task switch
    {
        WorkTask.Vote => message.Kind == MessageKind.VoteAsked && message.Stage == asked.Stage,
        WorkTask.VoteAgain => message.Kind is MessageKind.VoteAgainAsked or MessageKind.VoteAsked && message.Stage == asked.Stage,
        WorkTask.RecordSession => message.Kind == MessageKind.SessionAsked && message.Stage == asked.Stage,
        WorkTask.CloseStage => message.Kind == MessageKind.CloseAsked && message.Stage == asked.Stage,
        WorkTask.Determine => message.Kind == MessageKind.DeterminationAsked,
        WorkTask.AnswerQuestion => message.Kind == MessageKind.QuestionAsked && message.Stage == asked.Stage,
        WorkTask.AnswerConcern => message.Kind == MessageKind.ConcernRaised && message.Stage == asked.Stage,
        WorkTask.Revise => message.Kind == MessageKind.ChangesAsked,
        _ => false,
    };

    static void Check(ReviewCase after, Happening happening, IReadOnlyList<Message> messages)
    {
        Assert.Equal(messages.Count, messages.DistinctBy(m => (m.Person, m.Kind, m.Stage)).Count());
        var queue = WorkQueue.Of(after, World.Everybody).ToLookup(i => i.Person);
        foreach (var message in messages)
        {
            var person = World.Everybody.First(p => p.Pseudonym == message.Person);
            Assert.Contains(Act.View, Permissions.Allowed(after.State, person));
            Assert.True(MessageRules.Asks(message.Kind) || message.Person != happening.By, $"{message.Person} was told what they did: {message.Kind}.");
            if (MessageRules.Asks(message.Kind)) Assert.True(queue[message.Person].Any(i => Tells(i, message)), $"{message.Person} is told {message.Kind} in {message.Stage} and has nothing to do.");
        }
    }

    [Fact]
    public void A_stage_past_its_day_is_told_to_chairs_who_may_act_even_where_its_whole_panel_stepped_back()
    {
        var world = new World("standard");
        var stage = world.State.Stages.First(s => s.Open);
        foreach (var member in World.PanelOf(stage.Stage).Where(m => m != World.Chair)) world.Do(member, (c, n) => Reviewing.Recuse(c, member, n, stage.Stage, "I know them."));
        var last = world.State.Stages.Where(s => s.Open).Max(s => s.Due);
        Assert.Empty(MessageRules.OfOverdueStages(world.State, world.State.Stages.Where(s => s.Open).Min(s => s.Due), World.Everybody));
        Assert.Equal(
            world.State.Stages.Where(s => s.Open).Select(s => new Message(World.Chair.Pseudonym, MessageKind.StageOverdue, s.Stage, s.Due)),
            MessageRules.OfOverdueStages(world.State, last.AddDays(1), World.Everybody));
        world.Do(World.Chair, (c, n) => Reviewing.Recuse(c, World.Chair, n, world.State.Stages.First(s => s.Open).Stage, "So do I."));
        Assert.Empty(MessageRules.OfOverdueStages(world.State, last.AddDays(1), World.Everybody));
    }

    [Fact]
    public void A_question_is_told_to_the_lead_and_its_answer_to_whoever_asked()
    {
        var world = new World("standard");
        var stage = world.State.Stages.First(s => s.Open).Stage;
        var asker = World.PanelOf(stage)[0];
        var before = world.Case;
        world.Do(asker, (c, n) => Reviewing.Ask(c, asker, n, stage, "Why?"));
        Assert.Equal([new Message(World.Lead.Pseudonym, MessageKind.QuestionAsked, stage, world.State.Stage(stage)!.Due)], MessageRules.Of(before, world.Case, world.Trail[^1], World.Everybody));
        before = world.Case;
        world.Do(World.Lead, (c, n) => Answering.AnswerQuestion(c, World.Lead, n, c.State.Questions[0].Id, "Because."));
        Assert.Equal([new Message(asker.Pseudonym, MessageKind.QuestionAnswered, stage)], MessageRules.Of(before, world.Case, world.Trail[^1], World.Everybody));
    }

    [Fact]
    public void A_withdrawal_is_told_to_everybody_who_was_asked_and_not_to_the_lead_or_who_stepped_back()
    {
        var world = new World("standard");
        var stage = world.State.Stages.First(s => s.Open).Stage;
        var panel = World.PanelOf(stage);
        world.Vote(panel[0], stage, VoteChoice.Approve);
        world.Do(panel[1], (c, n) => Reviewing.Recuse(c, panel[1], n, stage, "I know them."));
        Assert.Equal([World.Chair.Pseudonym], Told(MessageKind.MemberSteppedBack));
        world.Do(World.Lead, (c, n) => Submitting.Withdraw(c, World.Lead, n, "Not now."));
        var told = Told(MessageKind.Withdrawn);
        Assert.Superset(panel.Select(p => p.Pseudonym).Except([panel[1].Pseudonym]).Append(World.Insider.Pseudonym).ToHashSet(), told.ToHashSet());
        Assert.DoesNotContain(World.Lead.Pseudonym, told);
        Assert.DoesNotContain(panel[1].Pseudonym, told);

        List<string> Told(MessageKind kind)
        {
            var before = world.Case with { State = ProposalFold.Fold(world.State.Reference, world.Trail.SkipLast(1)) };
            return [.. MessageRules.Of(before, world.Case, world.Trail[^1], World.Everybody).Where(m => m.Kind == kind).Select(m => m.Person)];
        }
    }

    [Theory]
    [InlineData("2026-12-21", null)]
    [InlineData("2026-12-22", MessageKind.DueSoon)]
    [InlineData("2026-12-23", MessageKind.DueSoon)]
    [InlineData("2026-12-24", MessageKind.DueSoon)]
    [InlineData("2026-12-25", MessageKind.Overdue)]
    public void A_reminder_comes_two_working_days_before_the_day_and_overdue_after_it(string today, MessageKind? expected) =>
        Assert.Equal(expected, MessageRules.OfDeadline(new DateOnly(2026, 12, 24), DateOnly.ParseExact(today, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), Calendar));
}
