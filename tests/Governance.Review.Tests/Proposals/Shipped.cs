using Governance.Review.Proposals;
using Governance.Review.Screening;
using Governance.Review.Stages;

namespace Governance.Review.Tests.Proposals;

/// <summary>The repository's own workflow files.</summary>
internal static class Shipped
{
    public static string Folder(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Governance.sln")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("The tests must run below the folder of Governance.sln."), "workflows", name);
    }

    public static ScreeningRules Rules { get; } = ScreeningRules.Load(Folder("screening"));

    public static ProposalForm Form => Rules.Form;

    public static ChecklistLibrary Checklists { get; } = ChecklistLibrary.Load(Folder("checklists"), Form);
}
