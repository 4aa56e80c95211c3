using FluentValidation;
using Governance.Review;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using Governance.Service.Proposals;

namespace Governance.Service.Stages;

/// <summary>
/// A youth worker records a session in which young people looked at the proposal (Lundy: Space, Voice, Audience,
/// Influence). No young person is named.
/// </summary>
public sealed record RecordSession : ProposalCommand
{
    public string Stage { get; init; } = StageIds.YouthVoice;

    public required DateOnly? On { get; init; }

    public required int? YoungPeople { get; init; }

    /// <summary>Ids from the form's list of age bands.</summary>
    public IReadOnlyList<string> AgeBands { get; init; } = [];

    /// <summary>One of <see cref="Methods"/>.</summary>
    public required string Method { get; init; }

    public required string Space { get; init; }

    public required string Voice { get; init; }

    public required string Feedback { get; init; }

    public static IReadOnlyList<Option> Methods { get; } =
    [
        new("workshop", "A workshop"),
        new("discussion_group", "A discussion group"),
        new("one_to_one", "Talks one to one"),
        new("online", "An online session"),
        new("survey", "A survey"),
        new("creative", "Drawing, film, music or another creative way"),
        new("other", "Another way"),
    ];

    public override Act ActIn(ProposalState state) => Act.RecordSession;

    public sealed class Validator : AbstractValidator<RecordSession>
    {
        public Validator(Rulebooks rulebooks)
        {
            var bands = rulebooks.Form.Find("age_bands")!.Options;
            RuleFor(c => c.On).NotNull().WithMessage("Enter the day of the session, such as 27 3 2026.");
            RuleFor(c => c.YoungPeople).NotNull().WithMessage("Enter how many young people took part, as a number from 1.").InclusiveBetween(1, 10_000).WithMessage("Enter how many young people took part, as a number from 1.");
            RuleFor(c => c.AgeBands).NotEmpty().WithMessage("Choose the age bands of those who took part.");
            RuleForEach(c => c.AgeBands).Must(a => bands.Any(b => b.Id == a)).WithMessage("Choose age bands from the list.");
            RuleFor(c => c.Method).Must(m => Methods.Any(o => o.Id == m)).WithMessage("Choose how the session was held.");
            RuleFor(c => c.Space).NotEmpty().WithMessage("Say how young people were invited, and how it was made safe and open to all.").MaximumLength(Limits.LongText).WithMessage($"Use {Limits.LongText:N0} characters or fewer.");
            RuleFor(c => c.Voice).NotEmpty().WithMessage("Say how they were helped to form a view and say it.").MaximumLength(Limits.LongText).WithMessage($"Use {Limits.LongText:N0} characters or fewer.");
            RuleFor(c => c.Feedback).NotEmpty().WithMessage("Say how and when they will hear what came of it.").MaximumLength(Limits.LongText).WithMessage($"Use {Limits.LongText:N0} characters or fewer.");
        }
    }

    public sealed class Handler(ProposalStore proposals) : DecisionHandler<RecordSession>(proposals)
    {
        protected override Decision Decide(RecordSession command, ReviewCase before, Party by, Circumstances now) =>
            Reviewing.RecordSession(before, by, now, new YouthSessionHeld
            {
                Session = "",
                Stage = command.Stage,
                On = command.On!.Value,
                YoungPeople = command.YoungPeople!.Value,
                AgeBands = [.. command.AgeBands],
                Method = command.Method,
                Space = Sealed.Public(command.Space),
                Voice = Sealed.Public(command.Voice),
                Feedback = Sealed.Public(command.Feedback),
            });
    }
}
