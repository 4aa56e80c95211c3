using Governance.Review;
using Microsoft.Extensions.Configuration;

namespace Governance.Service.Register;

/// <summary>Whether everybody may read decided proposals here (domain.md, section 6). They may, unless the operator says otherwise.</summary>
public sealed record PublicRegister(bool On)
{
    /// <summary>The setting: <c>true</c>, which is also what its absence means, or <c>false</c>.</summary>
    public const string Setting = "Register:Public";

    /// <exception cref="InvalidDataException">The setting is neither true nor false.</exception>
    public static PublicRegister Load(IConfiguration configuration) => configuration[Setting] switch
    {
        null or "" => new(true),
        var text when bool.TryParse(text, out var on) => new(on),
        var text => throw new InvalidDataException($"{Setting} is \"{text}\". Set it to true or false."),
    };

    /// <exception cref="NotFoundException">The register is turned off.</exception>
    public void Demand()
    {
        if (!On) throw new NotFoundException("This service has no public register.");
    }

    /// <summary>What is said of every reference that is not on the register: a proposal under review is not to be told from one that does not exist.</summary>
    internal static NotFoundException Missing() => new("There is no such decision on the register.");
}
