using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Html;
using QRCoder;

namespace Governance.Web.Components;

/// <summary>A text as a QR code (ISO/IEC 18004), drawn as shapes: no script, no style and no picture of another address.</summary>
public static class QrPicture
{
    /// <summary>Pixels to a module: a key's code is then about 250 pixels wide, which a phone reads from a screen.</summary>
    const int Scale = 5;

    /// <param name="text">What a phone reads. Nothing of it stands in the markup as text.</param>
    /// <param name="says">What the picture is, for those who do not see it.</param>
    public static IHtmlContent Of(string text, string says)
    {
        using var generator = new QRCodeGenerator();
        // The quiet zone of four modules, without which readers do not find the code, is part of the modules.
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Length; x++)
            {
                if (rows[y][x]) path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
            }
        }
        return TagHelpers.Markup.Of($"<svg class=\"app-qr\" role=\"img\" aria-label=\"{says}\" width=\"{rows.Count * Scale}\" height=\"{rows.Count * Scale}\" viewBox=\"0 0 {rows.Count} {rows.Count}\" shape-rendering=\"crispEdges\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path d=\"{path.ToString()}\" fill=\"#000\"/></svg>");
    }
}
