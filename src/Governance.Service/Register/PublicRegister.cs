using Governance.Review;
using Microsoft.Extensions.Configuration;

namespace Governance.Service.Register;

/// <summary>
/// Whether everybody may read decided proposals here (domain.md, section 6), which they may unless the operator says otherwise,
/// and take their records away, which they may only if the operator says so (ADR 22).
/// </summary>
public sealed record PublicRegister(bool On, bool Records)
{
    /// <summary>The setting of <see cref="On"/>; true where it is not set.</summary>
    public const string Setting = "Register:Public";

    /// <summary>The setting of <see cref="Records"/>; false where it is not set.</summary>
    public const string RecordsSetting = "Register:Records";

    /// <exception cref="InvalidDataException">A setting is neither true nor false.</exception>
    public static PublicRegister Load(IConfiguration configuration)
    {
        bool Read(string setting, bool otherwise) => configuration[setting] switch
        {
            null or "" => otherwise,
            var text when bool.TryParse(text, out var on) => on,
            var text => throw new InvalidDataException($"{setting} is \"{text}\". Set it to true or false."),
        };
        return new(Read(Setting, true), Read(RecordsSetting, false));
    }

    /// <exception cref="NotFoundException">The register is turned off.</exception>
    public void Demand()
    {
        if (!On) throw new NotFoundException("This service has no public register.");
    }

    /// <exception cref="NotFoundException">Records are not handed out.</exception>
    public void DemandRecords()
    {
        Demand();
        if (!Records) throw new NotFoundException("This service does not hand out records to everybody. Ask the people who run it for the public part of the record.");
    }

    /// <summary>What is said of every reference that is not on the register: a proposal under review is not to be told from one that does not exist.</summary>
    internal static NotFoundException Missing() => new("There is no such decision on the register.");
}
