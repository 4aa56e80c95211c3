using System.Collections.Frozen;
using Governance.Review.Events;

namespace Governance.Review.Oversight;

/// <summary>The legal grounds for erasing, in words: UK GDPR, Article 17(1)(a) to (f).</summary>
public static class ErasureBases
{
    static readonly FrozenDictionary<ErasureBasis, (string Title, string Source)> Words = new Dictionary<ErasureBasis, (string, string)>
    {
        [ErasureBasis.NoLongerNeeded] = ("No longer needed for what it was collected for", "UK GDPR, Article 17(1)(a)"),
        [ErasureBasis.ConsentWithdrawn] = ("Consent was withdrawn, and nothing else allows it", "UK GDPR, Article 17(1)(b)"),
        [ErasureBasis.Objection] = ("The person objects, and no stronger reason speaks for keeping it", "UK GDPR, Article 17(1)(c)"),
        [ErasureBasis.UnlawfulProcessing] = ("It should never have been kept", "UK GDPR, Article 17(1)(d)"),
        [ErasureBasis.LegalObligation] = ("A law or a court asks for it", "UK GDPR, Article 17(1)(e)"),
        [ErasureBasis.ChildOnlineService] = ("It was collected from a child by an online service", "UK GDPR, Article 17(1)(f)"),
    }.ToFrozenDictionary();

    /// <summary>In a few words.</summary>
    public static string Of(ErasureBasis basis) => Words[basis].Title;

    /// <summary>Where the law says so.</summary>
    public static string SourceOf(ErasureBasis basis) => Words[basis].Source;
}
