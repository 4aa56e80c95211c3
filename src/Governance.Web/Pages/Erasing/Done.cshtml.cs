using Governance.Ledger;
using Governance.Review;
using Governance.Service.Audit;
using Governance.Web.Auth;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Web.Pages.Erasing;

/// <summary>The receipt of an erasure.</summary>
[RequireRole(Role.Administrator)]
public sealed class DoneModel(IMediator mediator) : ReviewPage(mediator)
{
    const int Most = 200;

    [BindProperty(SupportsGet = true)]
    public long[] Entries { get; set; } = [];

    public IReadOnlyList<RecordedErasure> Recorded { get; private set; } = [];

    protected override async Task LoadAsync()
    {
        var recorded = new List<RecordedErasure>();
        foreach (var seq in Entries.Distinct().Take(Most))
        {
            var view = await Send(new GetEntry(Actor, seq));
            var entry = Entry.Parse(view.Bytes);
            if (entry.Kind == "disclosure.erased") recorded.Add(new RecordedErasure(seq, LedgerWords.Of(entry), view.Leaf));
        }
        Recorded = recorded;
    }

    public Task OnGetAsync() => LoadAsync();
}

/// <param name="Leaf">Leaf hash, lower-case hexadecimal.</param>
public sealed record RecordedErasure(long Seq, string Says, string Leaf);
