using System.Text.Json;
using System.Text.Json.Serialization;
using Governance.Review.Decisions;
using Governance.Review.Events;
using Governance.Review.Messages;
using Governance.Review.Proposals;
using Governance.Service.Data;

namespace Governance.Service.Notifications;

/// <summary>
/// Puts what a command has people told into the database, in the command's own transaction: so nobody is told of what was
/// not done, and nothing that was done goes untold. One row a command, and none where nobody is told anything
/// (ADR 0021). Delivering it is the work of <see cref="MessageDelivery"/>.
/// </summary>
public sealed class Outbox(Session session)
{
    /// <summary>Works out the messages and stores them. Comes after the entries, whose numbers it refers to.</summary>
    /// <param name="seq">The number of the decision's first entry; the others follow.</param>
    internal async Task AddAsync(OpenProposal proposal, Decision decision, ProposalQueue queue, DateTimeOffset at, long seq)
    {
        var told = Told(proposal, decision, [.. queue.Parties.Values.Select(p => p.Party)], at);
        if (told.Count == 0) return;
        var messages = await AddressedAsync(proposal, decision.State.Lead, queue, told);
        if (messages.Length == 0) return;
        string text = JsonSerializer.Serialize(messages, OutboxJson.Default.OutboxMessageArray);
        await session.ExecuteAsync(
            "INSERT INTO outbox (seq, proposal, at, messages) VALUES (@seq, @proposal, @at, @text)",
            new { seq, proposal = proposal.Id, at, text });
    }

    /// <summary>Each event by itself, with the proposal as it was just before and after it.</summary>
    static List<(int Entry, Message Message)> Told(OpenProposal proposal, Decision decision, IReadOnlyCollection<Review.Party> people, DateTimeOffset at)
    {
        List<(int, Message)> told = [];
        var before = proposal.Case;
        for (var i = 0; i < decision.Events.Length; i++)
        {
            var happening = new Happening(proposal.Party.Pseudonym, at, decision.Events[i]);
            var after = before with { State = i == decision.Events.Length - 1 ? decision.State : ProposalFold.Apply(before.State, happening) };
            told.AddRange(MessageRules.Of(before, after, happening, people).Select(m => (i, m)));
            before = after;
        }
        return told;
    }

    async Task<OutboxMessage[]> AddressedAsync(OpenProposal proposal, string lead, ProposalQueue queue, List<(int Entry, Message Message)> told)
    {
        Dictionary<string, Guid>? others = null;
        List<OutboxMessage> messages = [];
        foreach (var (entry, message) in told)
        {
            Guid person;
            if (message.Person == lead) person = proposal.Lead;
            else if (queue.Parties.TryGetValue(message.Person, out var known)) person = known.Id;
            // Of the delivery team, or somebody who took part and has no seat any more.
            else if (!(others ??= await OthersAsync(proposal.Id)).TryGetValue(message.Person, out person)) continue;
            messages.Add(new OutboxMessage(entry, person, MessageNames.Of(message.Kind), message.Stage, message.Due));
        }
        return [.. messages];
    }

    async Task<Dictionary<string, Guid>> OthersAsync(long proposal) =>
        (await session.QueryAsync<PersonRow>("SELECT pseudonym, person FROM proposal_person WHERE proposal = @proposal", new { proposal }))
        .ToDictionary(r => r.Pseudonym, r => r.Person, StringComparer.Ordinal);

    sealed record PersonRow
    {
        public string Pseudonym { get; init; } = "";
        public Guid Person { get; init; }
    }
}

/// <summary>A message in the outbox.</summary>
/// <param name="Entry">Which of the command's entries it follows from, from 0.</param>
sealed record OutboxMessage(int Entry, Guid Person, string Kind, string Stage, DateOnly? Due);

[JsonSerializable(typeof(OutboxMessage[]))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class OutboxJson : JsonSerializerContext;

/// <summary>Kinds of messages as rows and the API write them.</summary>
public static class MessageNames
{
    static readonly Dictionary<MessageKind, string> Names = Enum.GetValues<MessageKind>().ToDictionary(k => k, k => JsonNamingPolicy.SnakeCaseLower.ConvertName(k.ToString()));
    static readonly Dictionary<string, MessageKind> Kinds = Names.ToDictionary(n => n.Value, n => n.Key, StringComparer.Ordinal);

    public static string Of(MessageKind kind) => Names[kind];

    /// <returns>Null for a name that this version does not know.</returns>
    public static MessageKind? Find(string name) => Kinds.TryGetValue(name, out var kind) ? kind : null;
}
