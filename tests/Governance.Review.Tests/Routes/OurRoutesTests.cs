using Governance.Review.Routes;

namespace Governance.Review.Tests.Routes;

/// <summary>The three routes in use.</summary>
public sealed class OurRoutesTests
{
    [Fact]
    public void The_three_routes_load_and_are_sound()
    {
        var library = RouteLibrary.Load(TestFiles.RouteFolder);

        Assert.Equal(["enhanced", "light", "standard"], library.Routes.Select(r => r.DefinitionId));
    }
}
