using System.Text.Json;

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
    public static LawLists Load(string folder)
    {
        var mistakes = new List<FileMistake>();
        return WorkflowJson.ReadFile(folder, FileName, mistakes) is { } bytes ? Parse(bytes) : throw new WorkflowFileException(mistakes);
    }

    /// <summary>Reads stored bytes, so that an old pinned version can be used again.</summary>
    /// <exception cref="WorkflowFileException">The bytes are wrong.</exception>
    public static LawLists Parse(ReadOnlyMemory<byte> bytes, string fileName = FileName)
    {
        var mistakes = new List<FileMistake>();
        var file = new WorkflowJson(fileName, mistakes);
        if (file.Root(bytes) is not { } root)
            throw new WorkflowFileException(mistakes);

        file.Only(root, "$", "about", "age_of_digital_consent", "smallest_cell", "age_bands", "organisation_types", "public_authorities", "article6",
            "recognised_interests", "article9", "article9_needing_schedule1", "schedule1", "dpia_triggers");
        var organisations = Options(file, root, "organisation_types");
        var article9 = Options(file, root, "article9");
        var lists = new LawLists
        {
            AgeOfDigitalConsent = file.Number(root, "age_of_digital_consent", "$", 13, 16),
            SmallestCell = file.Number(root, "smallest_cell", "$", 2, 1000),
            AgeBands = Bands(file, root),
            OrganisationTypes = organisations,
            PublicAuthorities = IdsOf(file, root, "public_authorities", organisations, "organisation_types"),
            Article6 = Options(file, root, "article6"),
            RecognisedInterests = Options(file, root, "recognised_interests"),
            Article9 = article9,
            Article9NeedingSchedule1 = IdsOf(file, root, "article9_needing_schedule1", article9, "article9"),
            Schedule1 = Options(file, root, "schedule1"),
            DpiaTriggers = Options(file, root, "dpia_triggers"),
            Bytes = bytes,
            Digest = WorkflowJson.DigestOf(bytes.Span),
        };
        return mistakes.Count == 0 ? lists : throw new WorkflowFileException(mistakes);
    }

    private static List<Option> Options(WorkflowJson file, JsonElement root, string name)
    {
        var options = new List<Option>();
        foreach (var (item, at) in file.List(root, name, "$"))
        {
            file.Only(item, at, "id", "label", "hint");
            var option = new Option(file.Id(item, "id", at), file.Text(item, "label", at), file.OptionalText(item, "hint", at));
            if (options.Exists(o => o.Id == option.Id))
                file.Mistake(at + ".id", $"“{option.Id}” is here twice.");
            options.Add(option);
        }

        return options;
    }

    private static List<AgeBand> Bands(WorkflowJson file, JsonElement root)
    {
        var bands = new List<AgeBand>();
        foreach (var (item, at) in file.List(root, "age_bands", "$"))
        {
            file.Only(item, at, "id", "label", "from", "to");
            var band = new AgeBand(file.Id(item, "id", at), file.Text(item, "label", at), file.Number(item, "from", at, 0, 120), file.Number(item, "to", at, 0, 120));
            if (bands.Exists(b => b.Id == band.Id))
                file.Mistake(at + ".id", $"“{band.Id}” is here twice.");
            if (band.To < band.From)
                file.Mistake(at + ".to", "The band ends before it begins.");
            if (bands.Count > 0 && band.From != bands[^1].To + 1)
                file.Mistake(at + ".from", $"The band must begin at {bands[^1].To + 1}, where the one before it ends.");
            bands.Add(band);
        }

        return bands;
    }

    private static IReadOnlyList<string> IdsOf(WorkflowJson file, JsonElement root, string name, List<Option> options, string listName)
    {
        var ids = file.Texts(root, name, "$");
        foreach (var id in ids.Where(id => !options.Exists(o => o.Id == id)))
            file.Mistake("$." + name, $"“{id}” is not an id of {listName}.");
        return ids;
    }
}

/// <summary>One age band.</summary>
/// <param name="Id">What is stored.</param>
/// <param name="Label">What a person reads.</param>
/// <param name="From">Youngest age in it, in years.</param>
/// <param name="To">Oldest age in it, in years.</param>
public sealed record AgeBand(string Id, string Label, int From, int To);
