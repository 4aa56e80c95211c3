using System.Collections.Immutable;
using Governance.Ledger;
using Governance.Review;
using Governance.Review.Events;
using Governance.Review.Oversight;
using Governance.Review.Proposals;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.Audit;

/// <summary>
/// A proposal's trail, oldest first, entry by entry, for those with oversight and for chairs. That they read it is recorded.
/// </summary>
public sealed record GetTrail(Actor Actor, string Reference) : IQuery<TrailView>, IReadsProposal
{
    public sealed class Handler(Session session, ProposalStore proposals, TrailStore trails, Sealing sealing) : IRequestHandler<GetTrail, TrailView>
    {
        public async Task<TrailView> Handle(GetTrail request, CancellationToken cancellationToken)
        {
            var open = await proposals.OpenAsync(request.Reference, request.Actor);
            var mayExport = Permissions.Allowed(open.State, open.Party).Contains(Act.ExportTrail);
            // Somebody who has a part in this proposal, or stepped back from it, has no oversight over it.
            if (!mayExport && (!request.Actor.Is(Role.Administrator) || open.State.IsProposing(open.Party.Pseudonym)))
                throw new NotAllowedException("Only auditors, chairs and administrators look at the whole trail of a proposal.");
            var names = Visibility.SeesPersonal(open.State, open.Party) ? await proposals.NamesAsync(open.Id) : new Dictionary<string, string>();
            var signed = await session.ScalarAsync<long?>("SELECT MAX(size) FROM ledger_checkpoint") ?? 0;
            var title = await session.ScalarAsync<byte[]>("SELECT title FROM proposal WHERE id = @id", new { id = open.Id });
            return new TrailView
            {
                Reference = open.Reference,
                Title = sealing.OpenOrSay(title, ProposalColumns.Title),
                State = open.State,
                MayExport = mayExport,
                SignedSize = signed,
                Entries = [.. (await trails.AllAsync(open.Reference, evenIfChanged: true)).Select(e => new TrailItem
                {
                    Seq = e.Seq,
                    At = e.Entry.At,
                    Kind = e.Entry.Kind,
                    Actor = e.Entry.Actor ?? "",
                    Name = names.GetValueOrDefault(e.Entry.Actor ?? "") ?? "",
                    Role = e.Entry.Role ?? "",
                    Leaf = Convert.ToHexStringLower(e.Leaf),
                    Story = Story.Of(e.Happening.Event),
                    Follows = Story.Follows(e.Happening.Event),
                    Signed = e.Seq < signed,
                })],
            };
        }
    }
}

public sealed record TrailView
{
    public required string Reference { get; init; }
    public required string Title { get; init; }
    public required ProposalState State { get; init; }
    /// <summary>The reader may export it.</summary>
    public required bool MayExport { get; init; }
    /// <summary>How many entries the last checkpoint covers.</summary>
    public required long SignedSize { get; init; }
    public required ImmutableArray<TrailItem> Entries { get; init; }
}

public sealed record TrailItem
{
    public required long Seq { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Kind { get; init; }
    /// <summary>The pseudonym in this proposal.</summary>
    public required string Actor { get; init; }
    /// <summary>The name behind it; empty where the reader is not told.</summary>
    public required string Name { get; init; }
    public required string Role { get; init; }
    /// <summary>Leaf hash, lower-case hexadecimal.</summary>
    public required string Leaf { get; init; }
    /// <summary>What happened, in a sentence.</summary>
    public required string Story { get; init; }
    /// <summary>It followed by itself from somebody's decision.</summary>
    public required bool Follows { get; init; }
    /// <summary>It is under a signed checkpoint.</summary>
    public required bool Signed { get; init; }
}

/// <summary>Entries of every kind in a sentence that names nobody.</summary>
public static class LedgerWords
{
    public static string Of(Entry entry) => entry.Kind switch
    {
        "proposal.read" => $"{Somebody(entry)} read {Text(entry, "reference")}.",
        "trail.exported" => $"{Somebody(entry)} exported the trail of {Text(entry, "reference")}, at the depth \"{Text(entry, "depth")}\".",
        "log.exported" => $"{Somebody(entry)} exported the whole log, at the depth \"{Text(entry, "depth")}\".",
        Anchors.Kind => "An authority outside stamped the log with the time.",
        KeyRotation.Kind => "The log's key was passed on to a new one, signed by both.",
        "heads" => "How long each trail is was put on record, before the log was signed.",
        "person.added" => "A person got an account.",
        "person.changed" => "A person's account, roles or name were changed.",
        "panel.changed" => "A person's seats on panels were changed.",
        "person.code_set_up" => "A person set up one-time codes.",
        "person.code_removed" => "A person stopped using one-time codes.",
        "person.openid_linked" => "A person signed in with the OpenID provider for the first time, and the login was linked to the account.",
        "person.openid_released" => "An administrator released a person's account from its login with the OpenID provider.",
        "person.code_reset" => "An administrator took a person's one-time codes away.",
        "person.backup_codes_made" => "A person made new backup codes.",
        "person.password_reset" => "An administrator gave a person a new first password.",
        "person.password_changed" => "A person chose a new password.",
        "token.created" => "A person made a token for programs.",
        "token.revoked" => "A token for programs was taken back.",
        "disclosure.erased" when entry.Proposal is null => "Personal data of an account was erased.",
        _ when entry.Proposal is not null => Event(entry),
        _ => $"Something was recorded: {entry.Kind}.",
    };

    /// <summary>Every kind that an entry can have, with the kinds of events first: for a list to choose from.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        .. EventCatalogue.Kinds.Select(k => k.Name),
        Anchors.Kind, "heads", KeyRotation.Kind, "log.exported", "panel.changed", "person.added", "person.backup_codes_made", "person.changed", "person.code_removed", "person.code_reset", "person.code_set_up", "person.openid_linked", "person.openid_released", "person.password_changed", "person.password_reset", "proposal.read", "token.created", "token.revoked", "trail.exported",
    ];

    static string Event(Entry entry)
    {
        try
        {
            return Story.Of(EventCodec.Decode(entry.Kind, entry.Data, []));
        }
        catch (FormatException)
        {
            return $"An entry that this version does not know: {entry.Kind}.";
        }
    }

    static string Somebody(Entry entry) => entry.Role switch
    {
        "auditor" => "An auditor",
        "administrator" => "An administrator",
        "chair" => "A chair",
        _ => "Somebody",
    };

    static string Text(Entry entry, string name) => entry.Data[name] is System.Text.Json.Nodes.JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
