using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Governance.Web.Composition;

/// <summary>
/// Believing what a proxy in front of the site says of its visitors: their address, which limits go by, and whether they
/// came over TLS. Only proxies that the operator named are believed; anybody else could say anything.
/// </summary>
public static class Proxies
{
    /// <summary>The setting: networks such as <c>10.0.3.0/24</c> or single addresses, with commas between them.</summary>
    public const string Setting = "Proxy:KnownNetworks";

    /// <summary>Goes before everything else. Does nothing where no proxy is named.</summary>
    /// <exception cref="InvalidDataException">The setting names something that is no network.</exception>
    public static WebApplication UseProxies(this WebApplication app)
    {
        var networks = Read(app.Configuration[Setting]);
        if (networks.Count == 0) return app;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // From the last proxy backwards, as long as each address belongs to one of ours: the first other one is the visitor's.
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks) options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
        return app;
    }

    internal static List<System.Net.IPNetwork> Read(string? setting)
    {
        var networks = new List<System.Net.IPNetwork>();
        foreach (var text in (setting ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (System.Net.IPNetwork.TryParse(text, out var network)) networks.Add(network);
            else if (IPAddress.TryParse(text, out var address)) networks.Add(new(address, address.GetAddressBytes().Length * 8));
            else throw new InvalidDataException($"{Setting}: \"{text}\" is neither a network, such as 10.0.3.0/24, nor an address.");
        }
        return networks;
    }
}
