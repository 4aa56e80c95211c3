using Governance.Review.Routes;
using Governance.Routes.Conformance;

namespace Governance.Elsa.Tests;

/// <summary>Elsa as every engine must be.</summary>
public sealed class ElsaRouteEngineTests : RouteEngineConformance
{
    static readonly ElsaRouteEngine Elsa = new();

    /// <inheritdoc/>
    protected override IRouteEngine Engine => Elsa;

    // A step on Elsa takes about a hundred times as long as on the embedded engine.
    /// <inheritdoc/>
    protected override int RandomWalks => 60;
}
