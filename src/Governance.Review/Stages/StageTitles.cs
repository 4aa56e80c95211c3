namespace Governance.Review.Stages;

/// <summary>The names of the stages for people.</summary>
public static class StageTitles
{
    /// <summary>Stands where a stage would when changes are asked for with the determination.</summary>
    public const string Determination = "determination";

    public static string Of(string stage) => stage switch
    {
        StageIds.Privacy => "Privacy",
        StageIds.CriminalisationRisk => "Criminalisation risk",
        StageIds.YouthVoice => "Youth voice",
        StageIds.FullPanel => "Full panel",
        Determination => "Determination",
        _ => stage,
    };
}
