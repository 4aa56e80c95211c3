using System.Text.Json;

namespace Governance.Ledger.Tests;

/// <summary>Test vectors that others published. They are not part of the project: the environment says where they are.</summary>
internal static class Vectors
{
    private static string? Root => Environment.GetEnvironmentVariable("GOVERNANCE_TEST_VECTORS");

    public static string Folder(string name)
    {
        Assert.SkipUnless(Root is not null, "GOVERNANCE_TEST_VECTORS does not name a folder of test vectors.");
        var folder = Path.Combine(Root!, name);
        Assert.True(Directory.Exists(folder), $"{folder} is missing.");
        return folder;
    }

    public static JsonElement Json(string folder, string file) => Json(Path.Combine(Folder(folder), file));

    public static JsonElement Json(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    public static byte[][] Hashes(JsonElement array) =>
        array.ValueKind == JsonValueKind.Null ? [] : [.. array.EnumerateArray().Select(static h => h.GetBytesFromBase64())];

    public static byte[] Bytes(JsonElement text) => text.ValueKind == JsonValueKind.Null ? [] : text.GetBytesFromBase64();
}
