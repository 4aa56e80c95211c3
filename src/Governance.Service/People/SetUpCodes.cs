using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using FluentValidation;
using Governance.Review;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;

namespace Governance.Service.People;

/// <summary>How somebody stands with one-time codes, for their own page.</summary>
public sealed record GetCodes(Actor Actor) : IQuery<CodesState>
{
    public sealed class Handler(Session session, Sealing sealing, CodesRequired required) : IRequestHandler<GetCodes, CodesState>
    {
        public async Task<CodesState> Handle(GetCodes request, CancellationToken cancellationToken)
        {
            var row = await CodeRows.FindAsync(session, request.Actor.Id);
            var pending = row is { ConfirmedAt: null } ? sealing.OpenBytes(row.Secret, OneTimeCodes.Column) : null;
            return new CodesState
            {
                Since = row?.ConfirmedAt,
                Secret = pending is null ? null : OneTimeCodes.Text(pending),
                Link = pending is null ? null : OneTimeCodes.Link(pending, request.Actor.Email),
                Backups = await session.ScalarAsync<long>("SELECT COUNT(*) FROM backup_code WHERE person = @person", new { person = request.Actor.Id }),
                Required = required.For(request.Actor),
            };
        }
    }
}

public sealed record CodesState
{
    /// <summary>Since when a code is asked for; null where none is.</summary>
    public required DateTimeOffset? Since { get; init; }

    /// <summary>The secret to type into a program, while it is not confirmed; null otherwise. Afterwards it is never shown again.</summary>
    public required string? Secret { get; init; }

    /// <summary>The same as an <c>otpauth</c> address.</summary>
    public required string? Link { get; init; }

    /// <summary>How many codes on paper are left.</summary>
    public required long Backups { get; init; }

    /// <summary>One of the person's roles must have codes here.</summary>
    public required bool Required { get; init; }

    bool PrintMembers(StringBuilder text) => text.Append("Since = ").Append(Since).Length > 0;
}

/// <summary>Makes a new secret, to be confirmed by a first code. Until then nothing is asked at sign-in.</summary>
public sealed record BeginCodes : Command<Unit>, IPrepares, ILeavesTheRecordAlone
{
    /// <summary>A session left open on a shared computer must not be enough to lock its owner out.</summary>
    public required string Password { get; init; }

    OwnPassword? _own;

    public async Task PrepareAsync(Session session, CancellationToken ct) => _own = await OwnPassword.CheckAsync(session, Actor.Id, Password, ct);

    protected override bool PrintMembers(StringBuilder text) => text.Append("Actor = ").Append(Actor.Id).Length > 0;

    public sealed class Handler(Session session, Sealing sealing) : IRequestHandler<BeginCodes, Unit>
    {
        public async Task<Unit> Handle(BeginCodes request, CancellationToken cancellationToken)
        {
            var person = request.Actor.Id;
            await request._own!.DemandAsync(session, nameof(Password));
            if ((await CodeRows.FindAsync(session, person))?.ConfirmedAt is not null)
                throw new ConflictException("You use one-time codes already. Stop using them first, then set them up on another phone.");
            await CodeRows.RemoveAsync(session, person);
            await session.ExecuteAsync("INSERT INTO one_time_code (person, secret, last_step, failed) VALUES (@person, @secret, 0, 0)",
                new { person, secret = sealing.Seal(sealing.Keys.KeyOf(person), OneTimeCodes.Column, OneTimeCodes.NewSecret()) });
            return Unit.Value;
        }
    }
}

/// <summary>Confirms the secret by a first code. From then on a code is asked for at every sign-in, and other sessions end.</summary>
public sealed record ConfirmCodes : Command<ConfirmedCodes>
{
    public required string Code { get; init; }

    protected override bool PrintMembers(StringBuilder text) => text.Append("Actor = ").Append(Actor.Id).Length > 0;

    public sealed class Validator : AbstractValidator<ConfirmCodes>
    {
        public Validator() => RuleFor(c => c.RepeatKey).OnlyOnce();
    }

    public sealed class Handler(Session session, LedgerStore ledger, ServicePseudonyms pseudonyms, Sealing sealing, TimeProvider clock) : IRequestHandler<ConfirmCodes, ConfirmedCodes>
    {
        public async Task<ConfirmedCodes> Handle(ConfirmCodes request, CancellationToken cancellationToken)
        {
            var person = request.Actor.Id;
            await CodeRows.LockAsync(session, person);
            if (await CodeRows.FindAsync(session, person) is not { ConfirmedAt: null } row) throw new ConflictException("There is nothing to confirm. Start again.");
            var now = clock.GetUtcNow();
            // No guessing is possible here: whoever sees this page sees the secret too.
            if (!await CodeRows.UseAsync(session, sealing, person, row, request.Code, now))
                throw new InvalidException(nameof(Code), "This is not the code that we expected. Wait for the next one, and check that the clock of your phone is right");
            await session.ExecuteAsync("UPDATE one_time_code SET confirmed_at = @now WHERE person = @person", new { person, now });
            var backups = await CodeRows.NewBackupsAsync(session, person);
            var stamp = Passwords.NewStamp();
            await session.ExecuteAsync("UPDATE person SET security_stamp = @stamp WHERE id = @person", new { person, stamp });
            await ledger.AppendAsync(pseudonyms, "person.code_set_up", request.Actor, person, new JsonObject());
            return new ConfirmedCodes(new SignedIn(request.Actor, stamp, MustChangePassword: false) { HasCode = true }, backups);
        }
    }
}

/// <param name="Backups">To be shown once: only their hashes are kept.</param>
public sealed record ConfirmedCodes(SignedIn Person, ImmutableArray<string> Backups)
{
    bool PrintMembers(StringBuilder text) => text.Append("not shown").Length > 0;
}

/// <summary>Makes new codes on paper. The old ones stop working.</summary>
public sealed record RenewBackups : Command<ImmutableArray<string>>, IPrepares
{
    public required string Password { get; init; }

    OwnPassword? _own;

    public async Task PrepareAsync(Session session, CancellationToken ct) => _own = await OwnPassword.CheckAsync(session, Actor.Id, Password, ct);

    protected override bool PrintMembers(StringBuilder text) => text.Append("Actor = ").Append(Actor.Id).Length > 0;

    public sealed class Validator : AbstractValidator<RenewBackups>
    {
        public Validator() => RuleFor(c => c.RepeatKey).OnlyOnce();
    }

    public sealed class Handler(Session session, LedgerStore ledger, ServicePseudonyms pseudonyms) : IRequestHandler<RenewBackups, ImmutableArray<string>>
    {
        public async Task<ImmutableArray<string>> Handle(RenewBackups request, CancellationToken cancellationToken)
        {
            var person = request.Actor.Id;
            await request._own!.DemandAsync(session, nameof(Password));
            if ((await CodeRows.FindAsync(session, person))?.ConfirmedAt is null) throw new ConflictException("You do not use one-time codes. Set them up first.");
            var backups = await CodeRows.NewBackupsAsync(session, person);
            await ledger.AppendAsync(pseudonyms, "person.backup_codes_made", request.Actor, person, new JsonObject());
            return backups;
        }
    }
}

/// <summary>A person stops using one-time codes.</summary>
public sealed record StopCodes : Command<Unit>, IPrepares
{
    public required string Password { get; init; }

    OwnPassword? _own;

    public async Task PrepareAsync(Session session, CancellationToken ct) => _own = await OwnPassword.CheckAsync(session, Actor.Id, Password, ct);

    protected override bool PrintMembers(StringBuilder text) => text.Append("Actor = ").Append(Actor.Id).Length > 0;

    public sealed class Handler(Session session, LedgerStore ledger, ServicePseudonyms pseudonyms, CodesRequired required) : IRequestHandler<StopCodes, Unit>
    {
        public async Task<Unit> Handle(StopCodes request, CancellationToken cancellationToken)
        {
            var person = request.Actor.Id;
            if (required.For(request.Actor)) throw new NotAllowedException("Your role needs one-time codes here, so you cannot stop using them.");
            await request._own!.DemandAsync(session, nameof(Password));
            if ((await CodeRows.FindAsync(session, person))?.ConfirmedAt is null) throw new ConflictException("You do not use one-time codes.");
            await CodeRows.RemoveAsync(session, person);
            await ledger.AppendAsync(pseudonyms, "person.code_removed", request.Actor, person, new JsonObject());
            return Unit.Value;
        }
    }
}

/// <summary>An administrator takes somebody's one-time codes away, for who has lost both phone and paper. That person's sessions end.</summary>
public sealed record ResetCodes : Command<Unit>, INeedsRole
{
    public required Guid Id { get; init; }

    public Role Needed => Role.Administrator;

    public sealed class Handler(Session session, LedgerStore ledger, ServicePseudonyms pseudonyms) : IRequestHandler<ResetCodes, Unit>
    {
        public async Task<Unit> Handle(ResetCodes request, CancellationToken cancellationToken)
        {
            if (request.Id == request.Actor.Id) throw new ConflictException("You cannot reset your own codes. Stop using them on your account page.");
            if (await CodeRows.FindAsync(session, request.Id) is null) throw new NotFoundException("This person does not use one-time codes.");
            await CodeRows.RemoveAsync(session, request.Id);
            await session.ExecuteAsync("UPDATE person SET security_stamp = @stamp, version = version + 1 WHERE id = @id", new { id = request.Id, stamp = Passwords.NewStamp() });
            await ledger.AppendAsync(pseudonyms, "person.code_reset", request.Actor, request.Id, new JsonObject());
            return Unit.Value;
        }
    }
}
