using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Cms;
using Org.BouncyCastle.Tsp;

namespace Governance.Ledger;

/// <summary>Time stamps by an authority (RFC 3161): somebody outside who signs that a text was there at a time.</summary>
public static class TimeStamp
{
    /// <summary>How far the clocks of a log and of an authority may be apart before one of them is said to be wrong.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private const string Sha256 = "2.16.840.1.101.3.4.2.1";
    private const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    /// <summary>Verifies that a token is over a text, and signed by an authority that somebody trusted vouches for.</summary>
    /// <param name="token">The token (DER), with its signer's certificate.</param>
    /// <param name="trusted">The certificates of those who vouch for authorities. Whether one was revoked is not asked.</param>
    /// <returns>The time that it states.</returns>
    /// <exception cref="LedgerFormatException">It is none, it is of another text, or its signer is not vouched for.</exception>
    public static DateTimeOffset Verify(ReadOnlySpan<byte> token, ReadOnlySpan<byte> text, X509Certificate2Collection trusted)
    {
        try
        {
            var stamp = new TimeStampToken(new CmsSignedData(token.ToArray()));
            if (stamp.TimeStampInfo.MessageImprintAlgOid != Sha256 || !SHA256.HashData(text).AsSpan().SequenceEqual(stamp.TimeStampInfo.GetMessageImprintDigest()))
                throw new LedgerFormatException("The time stamp is not of this checkpoint.");
            var signer = stamp.GetCertificates().EnumerateMatches(stamp.SignerID).FirstOrDefault() ?? throw new LedgerFormatException("The time stamp does not hold its signer's certificate.");
            stamp.Validate(signer);
            var at = new DateTimeOffset(DateTime.SpecifyKind(stamp.TimeStampInfo.GenTime, DateTimeKind.Utc));
            DemandVouchedFor(stamp, signer.GetEncoded(), at, trusted);
            return at;
        }
        catch (Exception e) when (e is not (LedgerFormatException or OutOfMemoryException))
        {
            // The parser beneath throws whatever comes up when the bytes are not what they should be.
            throw new LedgerFormatException($"The time stamp cannot be relied on: {e.Message}", e);
        }
    }

    private static void DemandVouchedFor(TimeStampToken stamp, byte[] signer, DateTimeOffset at, X509Certificate2Collection trusted)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(signer);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        foreach (var other in stamp.GetCertificates().EnumerateMatches(null))
            chain.ChainPolicy.ExtraStore.Add(X509CertificateLoader.LoadCertificate(other.GetEncoded()));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(TimeStamping));
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        if (!chain.Build(certificate))
            throw new LedgerFormatException($"The time stamp's signer is not vouched for: {string.Join(" ", chain.ChainStatus.Select(static s => s.StatusInformation.Trim()))}");
    }
}
