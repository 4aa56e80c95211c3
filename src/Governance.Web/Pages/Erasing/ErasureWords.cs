using Governance.Review.Events;
using Governance.Review.Oversight;
using Governance.Service.Erasures;
using Governance.Web.TagHelpers;

namespace Governance.Web.Pages.Erasing;

/// <summary>Words that the erasure pages share.</summary>
public static class ErasureWords
{
    /// <summary>The most characters of a value that a list shows.</summary>
    const int Excerpt = 120;

    public static IReadOnlyList<Choice> Bases { get; } = [.. Enum.GetValues<ErasureBasis>().Select(b => new Choice(b.ToString(), ErasureBases.Of(b), ErasureBases.SourceOf(b)))];

    /// <summary>Where a value stands: <c>answers.lead_email</c> as "answers, lead email".</summary>
    public static string Place(ErasableValue value) => value.Path.Length == 0 ? "a value" : value.Path.Replace('_', ' ').Replace(".", ", ", StringComparison.Ordinal);

    public static string Entry(ErasableValue value) => value.Kind.Replace('.', ' ').Replace('_', ' ');

    public static string Short(string text) => text.Length <= Excerpt ? text : text[..Excerpt] + "…";

    public static string Why(ErasureReason reason) => reason switch
    {
        ErasureReason.Chosen => "You chose it",
        ErasureReason.SameText => "The same text stands here",
        ErasureReason.SameTable => "In the same table",
        ErasureReason.NameOfDocument => "The name of the document",
        ErasureReason.WrittenByThem => "They wrote it, or it is their name",
        ErasureReason.NamesThem => "It names them",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "There is no such reason."),
    };
}
