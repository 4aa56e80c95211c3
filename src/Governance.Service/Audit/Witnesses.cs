using Governance.Ledger;
using Governance.Service.Data;
using Microsoft.Extensions.Configuration;

namespace Governance.Service.Audit;

/// <summary>A witness that checkpoints are sent to.</summary>
/// <param name="Prefix">Its submission prefix (C2SP tlog-witness), ending with a slash.</param>
public sealed record WitnessAddress(WitnessVerifier Key, Uri Prefix);

/// <summary>The witnesses that this log asks, and the policy that says how many of them are enough.</summary>
public sealed class Witnesses
{
    Witnesses(IReadOnlyList<WitnessAddress> asked, TlogPolicy policy, byte[]? policyBytes = null) => (Asked, Policy, PolicyBytes) = (asked, policy, policyBytes);

    public IReadOnlyList<WitnessAddress> Asked { get; }

    /// <summary>From <c>Ledger:PolicyFile</c>; without one, every witness that is asked must cosign.</summary>
    public TlogPolicy Policy { get; }

    /// <summary>The policy as <c>Ledger:PolicyFile</c> holds it, for exports; null without one.</summary>
    public byte[]? PolicyBytes { get; }

    /// <summary>Whether the policy wants anybody to cosign. Where it does not, nothing is ever called witnessed.</summary>
    public bool Wanted => Policy.Quorum != TlogPolicy.None;

    /// <param name="configuration">
    /// <c>Witnesses:0:Key</c> and <c>Witnesses:0:Url</c>, and so on, and <c>Ledger:PolicyFile</c> (C2SP tlog-policy), whose
    /// witnesses with an address are asked too.
    /// </param>
    /// <exception cref="InvalidOperationException">A setting or the file is wrong. The message says what to mend.</exception>
    public static Witnesses Load(IConfiguration configuration, LogName log)
    {
        var asked = new List<WitnessAddress>();
        void Ask(string where, string key, string url)
        {
            try
            {
                var witness = WitnessVerifier.Parse(key.Trim());
                if (!Uri.TryCreate(url.Trim().TrimEnd('/') + "/", UriKind.Absolute, out var prefix) || (prefix.Scheme != Uri.UriSchemeHttps && prefix.Scheme != Uri.UriSchemeHttp))
                    throw new InvalidOperationException($"{where}: \"{url}\" is no address, such as https://witness.example.");
                if (!asked.Exists(a => a.Key.Equals(witness))) asked.Add(new WitnessAddress(witness, prefix));
            }
            catch (LedgerFormatException e)
            {
                throw new InvalidOperationException($"{where}: {e.Message}", e);
            }
        }

        foreach (var section in configuration.GetSection("Witnesses").GetChildren())
            Ask(section.Path, section["Key"] ?? "", section["Url"] ?? "");
        if (configuration["Ledger:PolicyFile"] is not { Length: > 0 } file)
            return new Witnesses(asked, TlogPolicy.AllOf([.. asked.Select(a => a.Key)]));
        var (bytes, policy) = Read(file);
        if (policy.Logs.Count > 0 && !policy.Logs.Any(l => l.Key.Name == log.Value))
            throw new InvalidOperationException($"The policy in {file} lists logs, but not {log.Value}.");
        foreach (var witness in policy.Witnesses.Where(w => w.Url is not null)) Ask(file, witness.Key.ToString(), witness.Url!);
        return new Witnesses(asked, policy, bytes);
    }

    static (byte[] Bytes, TlogPolicy Policy) Read(string file)
    {
        try
        {
            var bytes = File.ReadAllBytes(file);
            return (bytes, TlogPolicy.Parse(bytes));
        }
        catch (Exception e) when (e is LedgerFormatException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"The policy in {file}, which Ledger:PolicyFile names, cannot be used: {e.Message}", e);
        }
    }
}
