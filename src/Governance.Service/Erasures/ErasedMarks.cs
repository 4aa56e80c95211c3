using Governance.Service.Data;

namespace Governance.Service.Erasures;

/// <summary>Reads what is known of erased values: from the data, and from the key store where the data is older than the erasure.</summary>
public sealed class ErasedMarks(Session session, KeyStore keys)
{
    /// <param name="reference">The proposal.</param>
    /// <param name="unreadable">Values that are stored still, and that no key opens any more.</param>
    /// <returns>By the number of the entry that commits to them.</returns>
    public async Task<ILookup<long, ErasedValue>> OfAsync(string reference, IEnumerable<(long Seq, string Digest)> unreadable)
    {
        var stored = await session.QueryAsync<Row>("SELECT seq, digest, path, class, many FROM erased_disclosure WHERE proposal = @reference ORDER BY seq, digest", new { reference });
        return stored.Select(r => (r.Seq, Value: new ErasedValue { Digest = r.Digest, Path = r.Path, Class = r.Class, Many = r.Many }))
            .Concat(unreadable.Select(u => (u.Seq, Value: keys.FindErased(u.Digest) ?? new ErasedValue { Digest = u.Digest })))
            .DistinctBy(m => m.Value.Digest)
            .ToLookup(m => m.Seq, m => m.Value);
    }

    sealed record Row
    {
        public long Seq { get; init; }
        public string Digest { get; init; } = "";
        public string Path { get; init; } = "";
        public string Class { get; init; } = "";
        public bool Many { get; init; }
    }
}
