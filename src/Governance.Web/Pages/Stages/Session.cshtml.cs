using System.Globalization;
using Governance.Review;
using Governance.Review.Proposals;
using Governance.Review.Stages;
using Governance.Service.Stages;
using Governance.Web.TagHelpers;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Stages;

/// <summary>A youth worker records a session with young people.</summary>
public sealed class SessionModel(IMediator mediator) : StagePage(mediator)
{
    /// <summary>What was typed. Day and number stay texts, so that a slip is shown again as it was typed.</summary>
    public sealed record Form
    {
        [DateText]
        public string? On { get; set; }

        public string? YoungPeople { get; set; }

        public List<string> AgeBands { get; set; } = [];

        public string? Method { get; set; }

        public string? Space { get; set; }

        public string? Voice { get; set; }

        public string? Feedback { get; set; }
    }

    [BindProperty]
    public Form Input { get; set; } = new();

    public IReadOnlyList<Choice> AgeBands => Choices(View.Proposal.Form.Find("age_bands")!.Options);

    public static IReadOnlyList<Choice> Methods { get; } = Choices(RecordSession.Methods);

    public async Task<IActionResult> OnGetAsync() => Stage != StageIds.YouthVoice ? NotFound()
        : await LoadForAsync(Act.RecordSession, _ => true, "") ?? Page();

    public async Task<IActionResult> OnPostAsync()
    {
        if (Stage != StageIds.YouthVoice) return NotFound();
        await Send(new RecordSession
        {
            Actor = Actor,
            Reference = Reference,
            Stage = Stage,
            On = DateField.Parse(Input.On),
            YoungPeople = int.TryParse(Input.YoungPeople?.Trim(), NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) ? number : null,
            AgeBands = Input.AgeBands,
            Method = Input.Method ?? "",
            Space = Input.Space ?? "",
            Voice = Input.Voice ?? "",
            Feedback = Input.Feedback ?? "",
        });
        this.NoticeDone("The session is on record. Now add what the young people said, one concern at a time.");
        return Redirect($"{StageAddress}/concern");
    }

    protected override string InputName(string fault) => fault.StartsWith("AgeBands", StringComparison.Ordinal) ? "Input.AgeBands" : $"Input.{fault}";

    static IReadOnlyList<Choice> Choices(IEnumerable<Option> options) => [.. options.Select(o => new Choice(o.Id, o.Label, o.Hint))];
}
