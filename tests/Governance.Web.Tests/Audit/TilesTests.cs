using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Governance.Ledger;
using Governance.Review.Tests.Proposals;
using Governance.Service.Audit;
using Governance.Service.Data;
using Governance.Service.People;
using Governance.Service.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Web.Tests.Audit;

/// <summary>The log as C2SP tlog-tiles, below <c>/api/v1/ledger</c>.</summary>
public sealed class TilesTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    const string Prefix = "/api/v1/ledger/";

    /// <summary>A log of a few hundred entries, signed.</summary>
    async Task<StoredCheckpoint> Signed()
    {
        await site.Submitted(SampleAnswers.Insight);
        await using var scope = site.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<Session>();
        await session.BeginWriteAsync(CancellationToken.None);
        var ledger = scope.ServiceProvider.GetRequiredService<LedgerStore>();
        await ledger.AppendAsync(await ledger.NowAsync(), [.. Enumerable.Range(0, 530).Select(_ => new NewEntry { Kind = "test.tick", Actor = "b", Role = "test" })]);
        await session.CommitAsync();
        await session.EndAsync();
        return await scope.ServiceProvider.GetRequiredService<CheckpointSigner>().SignAsync(CancellationToken.None);
    }

    async Task<HttpClient> WithToken(Actor person)
    {
        var token = await site.Send(new CreateToken { Actor = Actor.Service, Person = person.Id, Name = "tiles", Days = 30 });
        var client = site.Nobody().Client;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        return client;
    }

    /// <summary>The tiles that a tree of a size has, full and partial.</summary>
    static IEnumerable<TileId> TilesOf(long size)
    {
        for (var level = 0; size >> (8 * level) > 0; level++)
        {
            var hashes = size >> (8 * level);
            for (var index = 0L; index * TileId.FullWidth < hashes; index++)
                yield return new TileId(level, index, (int)Math.Min(TileId.FullWidth, hashes - (index * TileId.FullWidth)));
        }
    }

    [Fact]
    public async Task Everybody_reads_checkpoint_and_tiles_and_the_tiles_make_the_signed_root()
    {
        await Signed();
        var client = site.Nobody().Client;
        var note = SignedNote.Parse(await client.GetByteArrayAsync(Prefix + "checkpoint"));
        note.Verify(NoteVerifier.Parse((await client.GetStringAsync(Prefix + "key")).Trim()));
        var checkpoint = Checkpoint.Parse(note.Text);
        var leaves = new List<byte[]>();
        foreach (var tile in TilesOf(checkpoint.Size))
        {
            var answer = await client.GetAsync(Prefix + tile.Path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
            Assert.True(answer.Headers.CacheControl is { Public: true, MaxAge.TotalDays: > 300 });
            Assert.Contains("immutable", string.Concat(answer.Headers.GetValues("Cache-Control")), StringComparison.Ordinal);
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            Assert.Equal(tile.Width * Merkle.HashSize, bytes.Length);
            if (tile.Level == 0) leaves.AddRange(bytes.Chunk(Merkle.HashSize));
        }
        byte[] Node(int level, long index) => level == 0 ? leaves[(int)index] : Merkle.NodeHash(Node(level - 1, 2 * index), Node(level - 1, (2 * index) + 1));
        Assert.Equal(checkpoint.Root, Merkle.Root(checkpoint.Size, Node));
        Assert.True(checkpoint.Size > 512);
        // A part of what is a full tile by now was a tile once, and is still there.
        Assert.Equal(leaves.Take(3).SelectMany(l => l), await client.GetByteArrayAsync(Prefix + "tile/0/000.p/3"));
    }

    [Fact]
    public async Task What_no_checkpoint_calls_for_and_other_spellings_are_not_found()
    {
        var size = (await Signed()).Size;
        var client = site.Nobody().Client;
        foreach (var path in (string[])["tile/0/900", "tile/0/0", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/x000/000", "tile/00/000", "tile/0/000/", "tile/9/000", "tile/63/000", "tile/0/999999999999999999999",
            $"tile/0/{size / 256:000}.p/{(size % 256) + 1}", $"tile/0/{size / 256:000}", "tile/0/x999/x999/x999/x999/x999/x999/999"])
        {
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await client.GetAsync(Prefix + path)).StatusCode));
        }
    }

    [Fact]
    public async Task Entries_are_for_auditors_and_administrators_only()
    {
        await Signed();
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.Nobody().Client.GetAsync(Prefix + "tile/entries/000")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await WithToken(site.Privacy[0])).GetAsync(Prefix + "tile/entries/000")).StatusCode);
        var auditor = await WithToken(site.Auditor);
        var answer = await auditor.GetAsync(Prefix + "tile/entries/000");
        // What only some may read is kept by no cache.
        Assert.Equal("no-store", string.Concat(answer.Headers.GetValues("Cache-Control")));
        Assert.Contains("immutable", string.Concat((await auditor.GetAsync(Prefix + "tile/0/000")).Headers.GetValues("Cache-Control")), StringComparison.Ordinal);
        var bundle = await answer.Content.ReadAsByteArrayAsync();
        var hashes = await auditor.GetByteArrayAsync(Prefix + "tile/0/000");
        var count = 0;
        for (var at = 0; at < bundle.Length; count++)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle.AsSpan(at));
            Assert.Equal(hashes[(count * 32)..((count + 1) * 32)], Merkle.LeafHash(bundle.AsSpan(at + 2, length)));
            at += 2 + length;
        }
        Assert.Equal(256, count);
        Assert.Equal(HttpStatusCode.OK, (await (await WithToken(site.Administrator)).GetAsync(Prefix + "tile/entries/000.p/1")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.GetAsync(Prefix + "tile/entries/0")).StatusCode);
    }

    [Fact]
    public async Task The_Go_projects_own_reader_verifies_every_entry_and_finds_a_changed_byte()
    {
        const string modules = "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog";
        Assert.SkipUnless(File.Exists("/usr/bin/go") && Directory.Exists(modules), "Go with golang.org/x/mod is not installed here (Debian: golang-go, golang-golang-x-mod-dev).");
        await Signed();
        var client = await WithToken(site.Auditor);
        var folder = Directory.CreateTempSubdirectory("governance-tiles-").FullName;
        try
        {
            var note = await Save(client, folder, "checkpoint");
            var size = Checkpoint.Parse(SignedNote.Parse(note).Text).Size;
            foreach (var tile in TilesOf(size))
            {
                await Save(client, folder, tile.Path);
                if (tile.Level == 0) await Save(client, folder, tile.Path.Replace("tile/0/", "tile/entries/", StringComparison.Ordinal));
            }
            var key = (await client.GetStringAsync(Prefix + "key")).Trim();
            var (code, said) = await Read(folder, key);
            Assert.True(code == 0, said);
            Assert.StartsWith($"{size} entries", said, StringComparison.Ordinal);

            foreach (var file in (string[])["tile/0/001", "tile/entries/001", TilesOf(size).Last().Path, "checkpoint"])
            {
                var path = Path.Combine(folder, file);
                var bytes = await File.ReadAllBytesAsync(path);
                bytes[40] ^= 1;
                await File.WriteAllBytesAsync(path, bytes);
                Assert.NotEqual(0, (await Read(folder, key)).Code);
                bytes[40] ^= 1;
                await File.WriteAllBytesAsync(path, bytes);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<byte[]> Save(HttpClient client, string folder, string path)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var bytes = await client.GetByteArrayAsync(Prefix + path);
        await File.WriteAllBytesAsync(file, bytes);
        return bytes;
    }

    static string? _reader;

    /// <summary>Builds the reader once, without modules: the packages are where Debian puts them, and nothing is fetched.</summary>
    static async Task<(int Code, string Said)> Read(string folder, string key)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Governance.sln"))) root = root.Parent!;
        if (_reader is null)
        {
            var program = Path.Combine(AppContext.BaseDirectory, "tiles-reader");
            var (code, said) = await Run("/usr/bin/go", "build", "-o", program, Path.Combine(root.FullName, "tests", "tiles-reader", "main.go"));
            Assert.True(code == 0, said);
            _reader = program;
        }
        return await Run(_reader, folder, key);
    }

    static async Task<(int Code, string Said)> Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["GO111MODULE"] = "off";
        start.Environment["GOPATH"] = "/usr/share/gocode";
        start.Environment["GOFLAGS"] = "";
        start.Environment.TryAdd("GOCACHE", Path.Combine(Path.GetTempPath(), "governance-go-cache"));
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
