using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tsp;
using Org.BouncyCastle.Utilities.Collections;

namespace Governance.Ledger.Tests;

/// <summary>A made-up time-stamp authority (RFC 3161) that stamps whatever it is given, with any time.</summary>
internal sealed class StampAuthority
{
    private readonly RSA key = RSA.Create(2048);

    public StampAuthority()
    {
        var request = new CertificateRequest("CN=Made-up time-stamp authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.8")], critical: true));
        Certificate = request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2060, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    public X509Certificate2 Certificate { get; }

    public X509Certificate2Collection Trusted => [Certificate];

    public byte[] Stamp(byte[] text, DateTimeOffset at)
    {
        var generator = new TimeStampTokenGenerator(DotNetUtilities.GetRsaKeyPair(key).Private, DotNetUtilities.FromX509Certificate(Certificate), TspAlgorithms.Sha256, "1.2.3.4.1");
        generator.SetCertificates(CollectionUtilities.CreateStore([DotNetUtilities.FromX509Certificate(Certificate)]));
        var asking = new TimeStampRequestGenerator();
        asking.SetCertReq(true);
        var request = asking.Generate(TspAlgorithms.Sha256, SHA256.HashData(text));
        return generator.Generate(request, BigInteger.One, at.UtcDateTime).GetEncoded();
    }
}
