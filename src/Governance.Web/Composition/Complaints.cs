namespace Governance.Web.Composition;

/// <summary>Where somebody writes who does not agree with a decision (UK GDPR, article 12(1): easy to reach). The letter and the register say it.</summary>
/// <param name="Address">An e-mail address, a web address or a postal one, on one line; null where the operator has set none.</param>
public sealed record Complaints(string? Address)
{
    public const string Setting = "Complaints:Address";

    const int Longest = 300;

    /// <exception cref="InvalidDataException">The setting is too long, or longer than one line.</exception>
    public static Complaints Load(IConfiguration configuration) => configuration[Setting]?.Trim() switch
    {
        null or "" => new(null as string),
        { Length: > Longest } => throw new InvalidDataException($"{Setting} is longer than {Longest} characters. Give one address, on one line."),
        var text when text.Any(char.IsControl) => throw new InvalidDataException($"{Setting} is longer than one line. Put commas between the parts of a postal address."),
        var text => new(text),
    };
}
