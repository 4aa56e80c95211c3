namespace Governance.Review.Proposals;

/// <summary>The lists that follow the law and so are data: <c>workflows/screening/lists.json</c>.</summary>
public sealed record LawLists
{
    /// <summary>The list's file name.</summary>
    public const string FileName = "lists.json";

    /// <summary>Lawful bases of Article 6(1) UK GDPR.</summary>
    public required IReadOnlyList<Option> Article6 { get; init; }

    /// <summary>Kinds of recognised legitimate interest: Annex 1 UK GDPR.</summary>
    public required IReadOnlyList<Option> RecognisedInterests { get; init; }

    /// <summary>Conditions of Article 9(2) UK GDPR.</summary>
    public required IReadOnlyList<Option> Article9 { get; init; }

    /// <summary>The Article 9(2) conditions that also need a Schedule 1 condition: ids of <see cref="Article9"/>.</summary>
    public required IReadOnlyList<string> Article9NeedingSchedule1 { get; init; }

    /// <summary>Conditions of Schedule 1 to the Data Protection Act 2018.</summary>
    public required IReadOnlyList<Option> Schedule1 { get; init; }

    /// <summary>Age bands, youngest first.</summary>
    public required IReadOnlyList<AgeBand> AgeBands { get; init; }

    /// <summary>Age in years at which a child can agree to an online service's use of their data (13 to 16).</summary>
    public required int AgeOfDigitalConsent { get; init; }

    /// <summary>The smallest number of people that a published or shared group may hold.</summary>
    public required int SmallestCell { get; init; }

    /// <summary>Kinds of organisation.</summary>
    public required IReadOnlyList<Option> OrganisationTypes { get; init; }

    /// <summary>The organisation types that are public authorities performing their tasks: ids of <see cref="OrganisationTypes"/>.</summary>
    public required IReadOnlyList<string> PublicAuthorities { get; init; }

    /// <summary>What may oblige someone to make a data protection impact assessment.</summary>
    public required IReadOnlyList<Option> DpiaTriggers { get; init; }

    /// <summary>The bytes as read, for pinning and for the audit bundle.</summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Lower-case hex SHA-256 of <see cref="Bytes"/>.</summary>
    public required string Digest { get; init; }

    /// <summary>Reads the file in the folder.</summary>
    /// <exception cref="WorkflowFileException">The file is missing or wrong.</exception>
    public static LawLists Load(string folder) => throw new NotSupportedException("Follows.");

    /// <summary>Reads stored bytes, so that an old pinned version can be used again.</summary>
    /// <exception cref="WorkflowFileException">The bytes are wrong.</exception>
    public static LawLists Parse(ReadOnlyMemory<byte> bytes, string fileName = FileName) => throw new NotSupportedException("Follows.");
}

/// <summary>One age band.</summary>
/// <param name="Id">What is stored.</param>
/// <param name="Label">What a person reads.</param>
/// <param name="From">Youngest age in it, in years.</param>
/// <param name="To">Oldest age in it, in years.</param>
public sealed record AgeBand(string Id, string Label, int From, int To);
