using System.Text;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Service.Decisions;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;
using Governance.Service.Stages;
using static Governance.Service.Demonstration.DemonstrationPeople;

namespace Governance.Service.Demonstration;

/// <summary>
/// What the made-up people did, and when: steps on working days before today, told proposal by proposal and done in the order
/// of time.
/// </summary>
sealed partial class DemonstrationStory(Teller teller, DateTimeOffset now)
{
    /// <summary>Long enough before the first submission for the panels to be in place.</summary>
    const int PeopleArrive = 38;

    readonly Dictionary<string, Actor> _people = [];
    readonly Dictionary<string, string> _references = [];
    readonly List<(DateTimeOffset At, Func<Task> Act)> _steps = [];
    readonly DemonstrationAnswers _answers = new(DateOnly.FromDateTime(now.UtcDateTime));

    /// <summary>Everything that is done, in order.</summary>
    public IEnumerable<(DateTimeOffset At, Func<Task> Act)> Steps()
    {
        At(PeopleArrive, 8, AddPeopleAsync);
        TellNational();
        TellDashboard();
        TellScoring();
        TellImageSharing();
        TellBystander();
        TellChatAlerts();
        TellUnfinished();
        // Ordering keeps steps of the same moment as they were told.
        return _steps.OrderBy(s => s.At);
    }

    /// <summary>Adds a step at a time of day, UTC, so many working days before today.</summary>
    void At(int workingDays, double hour, Func<Task> act) => _steps.Add((Before(workingDays).AddHours(hour), act));

    DateTimeOffset Before(int workingDays)
    {
        var day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        while (workingDays > 0)
        {
            day = day.AddDays(-1);
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) workingDays--;
        }
        return day;
    }

    DateOnly On(int workingDays) => DateOnly.FromDateTime(Before(workingDays).UtcDateTime);

    async Task AddPeopleAsync()
    {
        foreach (var person in All)
        {
            var added = await teller.Send(new AddPerson
            {
                Actor = Actor.Service,
                Email = person.Email,
                Name = person.Name,
                Roles = person.Roles,
                Seats = person.Seats,
                // Made and forgotten: whoever signs in as them picks their name from a list.
                Password = Passwords.Generate(),
                Demonstration = person.For,
            });
            _people[person.Key] = new Actor { Id = added.Id, Name = person.Name, Email = person.Email, Roles = person.Roles, Seats = person.Seats };
        }
    }

    void Submit(string proposal, string lead, int day, Answers answers, params (string Kind, string Name, string Text)[] documents)
    {
        At(day, 9.5, async () =>
        {
            var reference = (await teller.Send(new StartProposal { Actor = _people[lead], Answers = answers })).Reference;
            foreach (var (kind, name, text) in documents)
            {
                await teller.Send(new AttachDocument
                {
                    Actor = _people[lead],
                    Reference = reference,
                    Kind = kind,
                    FileName = name,
                    Content = Encoding.UTF8.GetBytes($"{answers.Text("title")}\n{answers.Text("organisation")}\n\n{text}\n\nThis document is made up, like everything in the demonstration.\n"),
                });
            }
            _references[proposal] = (await teller.Send(new SubmitProposal { Actor = _people[lead], Reference = reference, Declared = true })).Reference;
        });
    }

    void Ask(string proposal, string stage, string who, int day, double hour, string text) => At(day, hour, () =>
        teller.Send(new AskQuestion { Actor = _people[who], Reference = _references[proposal], Stage = stage, Text = text }));

    void Answer(string proposal, string lead, string question, int day, double hour, string text) => At(day, hour, () =>
        teller.Send(new AnswerQuestion { Actor = _people[lead], Reference = _references[proposal], Question = question, Text = text }));

    void Vote(string proposal, string stage, string who, int day, double hour, VoteChoice choice, string rationale,
        string? condition = null, (string Field, string Text)? change = null, params CastVote.ItemAnswer[] checklist) => At(day, hour, () =>
        teller.Send(new CastVote
        {
            Actor = _people[who],
            Reference = _references[proposal],
            Stage = stage,
            Choice = choice,
            Rationale = rationale,
            Conditions = condition is null ? [] : [condition],
            Changes = change is { } c ? [new(c.Field, c.Text)] : [],
            Checklist = checklist,
        }));

    void Recuse(string proposal, string stage, string who, int day, double hour, string conflict) => At(day, hour, () =>
        teller.Send(new Recuse { Actor = _people[who], Reference = _references[proposal], Stage = stage, Conflict = conflict }));

    void Close(string proposal, string stage, int day, double hour, string summary, params CastVote.Change[] changes) => At(day, hour, () =>
        teller.Send(new CloseStage { Actor = _people[Chair], Reference = _references[proposal], Stage = stage, Summary = summary, Changes = changes }));

    void Session(string proposal, int day, int youngPeople, IReadOnlyList<string> ages, string method, string space, string voice, string feedback) => At(day, 18, () =>
        teller.Send(new RecordSession
        {
            Actor = _people[Leonie],
            Reference = _references[proposal],
            On = On(day),
            YoungPeople = youngPeople,
            AgeBands = ages,
            Method = method,
            Space = space,
            Voice = voice,
            Feedback = feedback,
        }));

    void Concern(string proposal, string who, int day, double hour, string session, string text) => At(day, hour, () =>
        teller.Send(new RaiseConcern { Actor = _people[who], Reference = _references[proposal], Stage = StageIds.YouthVoice, Session = session, Text = text }));

    void Respond(string proposal, string lead, string concern, int day, double hour, ConcernResponse response, string text) => At(day, hour, () =>
        teller.Send(new AnswerConcern { Actor = _people[lead], Reference = _references[proposal], Concern = concern, Response = response, Text = text }));

    void Revise(string proposal, string lead, int day, Answers answers, params ChangeToAnswer[] responses) => At(day, 11, async () =>
    {
        await teller.Send(new SaveDraft { Actor = _people[lead], Reference = _references[proposal], Answers = answers, Responses = responses });
        await teller.Send(new SubmitRevision { Actor = _people[lead], Reference = _references[proposal], Declared = true });
    });

    static CastVote.ItemAnswer Met(string item, string note = "") => new(item, "met", Note: note);

    static CastVote.ItemAnswer Partly(string item, string note) => new(item, "partly", Note: note);

    static CastVote.ItemAnswer NotMet(string item, string note) => new(item, "not_met", Note: note);

    static CastVote.ItemAnswer Rated(string item, string before, string after, string note = "") => new(item, before, after, note);
}
