using Governance.Review.Routes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Governance.Elsa;

/// <summary>Puts a service's routes on Elsa.</summary>
public static class Registration
{
    /// <summary>
    /// Takes <see cref="ElsaRouteEngine"/> for the engine, instead of whatever was registered before. Proposals that are under
    /// way on another engine must be moved once, by <c>doctor --rebuild-routes</c>.
    /// </summary>
    public static IServiceCollection AddElsaRoutes(this IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton<IRouteEngine, ElsaRouteEngine>());
}
