using System.CommandLine;
using Governance.Review;
using Governance.Service.People;
using Governance.Service.Pipeline;

namespace Governance.Web.Commands;

/// <summary><c>user reset-codes</c>: for an administrator who has lost phone and backup codes, where there is no other one.</summary>
static class CodesReset
{
    public static Command Make(IServiceProvider services)
    {
        var email = new Option<string>("--email") { Description = "Whose one-time codes are taken away.", Required = true };
        var command = new Command("reset-codes", "Takes somebody's one-time codes away: they sign in with their password alone until they set up new ones.") { email };
        command.SetAction((parsed, ct) => CommandLine.WithServiceAsync(services, parsed.InvocationConfiguration.Error, async mediator =>
        {
            var person = await mediator.Send(new FindByEmail(parsed.GetValue(email)!), ct)
                ?? throw new NotFoundException($"Nobody has an active account with the e-mail address {parsed.GetValue(email)}.");
            await mediator.Send(new ResetCodes { Actor = Actor.Service, Id = person }, ct);
            await parsed.InvocationConfiguration.Output.WriteLineAsync("The one-time codes are reset. It is on record.");
        }));
        return command;
    }
}
