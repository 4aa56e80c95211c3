using Governance.Review.Routes;
using Governance.Service.Data;
using Governance.Service.Pipeline;
using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Service.Demonstration;

/// <summary>
/// Fills an empty service with made-up people and proposals at different points, so that somebody who looks at it for the
/// first time finds a review in progress. All of it goes through the same commands as real work, so its ledger and trails are
/// as good as real ones.
/// </summary>
public static class DemonstrationData
{
    /// <summary>Makes the demonstration, once. It takes a few seconds, most of them to hash passwords that nobody needs.</summary>
    /// <param name="services">The service's own services, its database up to date and its background work not started: an entry
    /// of today would keep the demonstration's from being of past weeks.</param>
    /// <param name="development">Whether this is a site in Development. Made-up people can be signed in as without a password, so
    /// nothing is made elsewhere, whoever asks.</param>
    /// <returns>True when it was made; false when it was not, because there are people or proposals already or this is no
    /// Development.</returns>
    public static async Task<bool> EnsureAsync(IServiceProvider services, bool development, CancellationToken cancellationToken)
    {
        if (!development) return false;
        var database = services.GetRequiredService<Database>();
        if (!await IsEmptyAsync(database, cancellationToken)) return false;

        // The same service over the same database, but for its clock: weeks pass in it while the real one stands still.
        var realNow = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var clock = new StoryClock();
        var inStory = new ServiceCollection().AddGovernanceService(services.GetRequiredService<IConfiguration>());
        inStory.AddSingleton(database);
        inStory.AddSingleton(services.GetRequiredService<Rulebooks>());
        inStory.AddSingleton(services.GetRequiredService<IRouteEngine>());
        inStory.AddSingleton<TimeProvider>(clock);
        await using var provider = inStory.BuildServiceProvider();

        foreach (var (at, act) in new DemonstrationStory(new Teller(provider), realNow).Steps())
        {
            cancellationToken.ThrowIfCancellationRequested();
            clock.Now = at;
            await act();
        }
        return true;
    }

    static async Task<bool> IsEmptyAsync(Database database, CancellationToken cancellationToken)
    {
        await using var session = new Session(database);
        await session.BeginReadAsync(cancellationToken);
        return await session.ScalarAsync<long>("SELECT (SELECT COUNT(*) FROM person) + (SELECT COUNT(*) FROM proposal)") == 0;
    }

    sealed class StoryClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

/// <summary>Sends requests, each in a scope of its own as a page does.</summary>
sealed class Teller(IServiceProvider services)
{
    public async Task<T> Send<T>(IRequest<T> request)
    {
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }
}
