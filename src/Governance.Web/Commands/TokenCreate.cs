using System.CommandLine;
using System.Globalization;
using Governance.Review;
using Governance.Service.People;
using Governance.Service.Pipeline;

namespace Governance.Web.Commands;

/// <summary><c>token create</c>: a token of the API for an account that no person opens in a browser.</summary>
static class TokenCreate
{
    public static Command Make(IServiceProvider services)
    {
        var email = new Option<string>("--email") { Description = "Whose token it is: it acts as that account.", Required = true };
        var name = new Option<string>("--name") { Description = "What it is for.", Required = true };
        var days = new Option<int>("--days") { Description = $"Days until it stops working, {CreateToken.FewestDays} to {CreateToken.MostDays}.", Required = true };
        var command = new Command("create", "Makes a token and prints it, once.") { email, name, days };
        command.SetAction((parsed, ct) => CommandLine.WithServiceAsync(services, parsed.InvocationConfiguration.Error, async mediator =>
        {
            var owner = await mediator.Send(new FindByEmail(parsed.GetValue(email)!), ct)
                ?? throw new NotFoundException($"Nobody has an active account with the e-mail address {parsed.GetValue(email)}.");
            var created = await mediator.Send(
                new CreateToken { Actor = Actor.Service, Person = owner, Name = parsed.GetValue(name)!, Days = parsed.GetValue(days) }, ct);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(created.Token);
            // To the other stream, so that the token alone can be piped to where it is needed.
            await parsed.InvocationConfiguration.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Works until {created.ExpiresAt:yyyy-MM-dd HH:mm} UTC. It is not shown again."));
        }));
        return command;
    }
}
