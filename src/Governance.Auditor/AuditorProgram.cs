using System.CommandLine;
using System.Globalization;
using Governance.Ledger.Bundles;

namespace Governance.Auditor;

/// <summary>The auditor's program: each command is a class of its own, listed here.</summary>
public static class AuditorProgram
{
    /// <summary>The bundle passed every check, and every step that was replayed was allowed.</summary>
    public const int Verified = 0;

    /// <summary>At least one check failed, or a step was not allowed.</summary>
    public const int Failed = 1;

    /// <summary>The command was not understood, or a file could not be read.</summary>
    public const int Unusable = 2;

    /// <summary><c>verify --policy</c> only: nothing is wrong but that the checkpoint lacks cosignatures.</summary>
    public const int PolicyNotMet = 3;

    internal static int CodeOf(IReadOnlyList<BundleFinding> findings) =>
        findings.Any(static f => f.Fails && f.Code != BundleFindings.Policy) ? Failed : PolicyNotMet;

    /// <summary>Runs a command line.</summary>
    /// <returns>What the program ends with: 0 verified or allowed, 1 failed, 2 wrong use or unreadable files, 3 a policy that is not met.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Checks what the review service's ledger says, without trusting the service.");
        root.Subcommands.Add(VerifyCommand.Create());
        root.Subcommands.Add(ReplayCommand.Create());
        root.Subcommands.Add(ShowCommand.Create());
        root.Subcommands.Add(DiffCommand.Create());
        root.Subcommands.Add(WitnessCommand.Create());

        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count == 0)
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error });

        // Left to itself, the parser would end with 1, which here means that a check failed.
        foreach (var problem in parsed.Errors)
            error.WriteLine(Printable(problem.Message));
        error.WriteLine("Run it with --help to see how it is used.");
        return Unusable;
    }

    /// <summary>Text without what could steer a terminal or turn around the writing beside it.</summary>
    internal static string Printable(string text) =>
        string.Concat(text.Select(static c =>
            char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                ? '?'
                : c));
}
