using System.IO.Compression;
using System.Text;
using Governance.Review;
using Governance.Review.Tests.Proposals;
using Governance.Service.Proposals;
using Governance.Service.Tests.Pipeline;

namespace Governance.Service.Tests.Proposals;

public sealed class DocumentTests : IAsyncDisposable
{
    const string NotAccepted = "This kind of file is not accepted. Send a PDF, a Word document without macros (.docx), an OpenDocument text (.odt), a PNG or JPEG picture, or plain text.";
    const string PlainTypes = "<Types><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";

    readonly TestService _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    static byte[] Zip(params (string Name, string Text)[] parts)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in parts)
            {
                using var writer = new StreamWriter(zip.CreateEntry(name, CompressionLevel.NoCompression).Open());
                writer.Write(text);
            }
        }
        return stream.ToArray();
    }

    static byte[] Docx(string types = PlainTypes, params (string Name, string Text)[] more) =>
        Zip([("[Content_Types].xml", types), ("word/document.xml", "<w:document/>"), .. more]);

    public static TheoryData<string, byte[], string?> Contents() => new()
    {
        { "a PDF", TestService.Pdf("x"), MediaTypes.Pdf },
        { "a PNG", [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0], MediaTypes.Png },
        { "a JPEG", [0xFF, 0xD8, 0xFF, 0xE0], MediaTypes.Jpeg },
        { "a Word document", Docx(), MediaTypes.Docx },
        { "an OpenDocument text", Zip(("mimetype", MediaTypes.Odt), ("content.xml", "<x/>")), MediaTypes.Odt },
        { "plain text", "Plain words. 2 < 3."u8.ToArray(), MediaTypes.Text },
        { "text in other alphabets", Encoding.UTF8.GetBytes("Zażółć gęślą jaźń, ሰላም"), MediaTypes.Text },
        { "a Word document with macros", Docx(PlainTypes, ("word/vbaProject.bin", "x")), null },
        { "macros spelt in capitals", Docx(PlainTypes, ("word/VBAPROJECT.BIN", "x")), null },
        { "macros in another folder", Docx(PlainTypes, ("word/hidden/vbaProject.bin", "x")), null },
        { "macros under another name", Docx("<Types><Override PartName=\"/word/notes.bin\" ContentType=\"application/vnd.ms-office.vbaProject\"/></Types>", ("word/notes.bin", "x")), null },
        { "a macro-enabled main part", Docx("<Types><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.ms-word.document.macroEnabled.main+xml\"/></Types>"), null },
        { "an endless list of types", Docx("<Types>" + new string(' ', 300_000) + "</Types>"), null },
        { "a zip that is no document", Zip(("a.txt", "hello")), null },
        { "a spreadsheet", Zip(("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", "<x/>")), null },
        { "an OpenDocument drawing", Zip(("mimetype", "application/vnd.oasis.opendocument.graphics")), null },
        { "a broken zip", "PK\x03\x04 and no more"u8.ToArray(), null },
        { "HTML", "<!doctype html><script>alert(1)</script>"u8.ToArray(), null },
        { "HTML after blank lines", "\r\n\t <html>"u8.ToArray(), null },
        { "HTML after a byte order mark", "\uFEFF<html>"u8.ToArray(), null },
        { "HTML after a byte order mark and a space", "\uFEFF <html>"u8.ToArray(), null },
        { "an SVG picture", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8.ToArray(), null },
        { "a program", [0x7F, (byte)'E', (byte)'L', (byte)'F', 0, 0], null },
        { "text that is not UTF-8", [0xE9, 0x20, 0xE8], null },
        { "UTF-16 text", Encoding.Unicode.GetBytes("<html>"), null },
    };

    [Theory]
    [MemberData(nameof(Contents))]
    public void A_file_is_what_its_content_says(string what, byte[] content, string? expected) =>
        Assert.True(expected == MediaTypes.Of(content), $"{what} was taken for {MediaTypes.Of(content) ?? "nothing"}.");

    [Fact]
    public async Task A_document_is_kept_by_content_whatever_its_name_says()
    {
        var reference = (await _service.Send(new StartProposal { Actor = _service.Lead })).Reference;
        var receipt = await _service.Send(new AttachDocument { Actor = _service.Lead, Reference = reference, Kind = "other", FileName = "../../etc/photo.png", Content = TestService.Pdf("truly") });

        var document = Assert.Single((await _service.Get(reference, _service.Lead)).Draft!.Documents);
        Assert.Equal(("d1", "other", "photo.png", MediaTypes.Pdf), (document.Id, document.Kind, document.Name.Text, document.MediaType));
        var stored = await _service.Send(new GetDocument(_service.Lead, reference, "d1"));
        Assert.Equal(("photo.png", MediaTypes.Pdf), (stored.FileName, stored.MediaType));
        Assert.Equal(TestService.Pdf("truly"), stored.Content);
        Assert.Null(receipt.Seq);
        Assert.Equal(0, _service.LedgerSize());
    }

    [Fact]
    public async Task What_cannot_be_accepted_is_refused_by_field()
    {
        var reference = (await _service.Send(new StartProposal { Actor = _service.Lead })).Reference;
        AttachDocument Attach(byte[] content, string name = "a.pdf", string kind = "other") => new() { Actor = _service.Lead, Reference = reference, Kind = kind, FileName = name, Content = content };
        await _service.Faults(Attach(Docx(PlainTypes, ("word/vbaProject.bin", "x")), "letter.docx"), ("Content", NotAccepted));
        await _service.Faults(Attach("<html></html>"u8.ToArray(), "page.txt"), ("Content", NotAccepted));
        await _service.Faults(Attach([]), ("Content", "Choose a file. The one you sent is empty."));
        await _service.Faults(Attach(new byte[Limits.DocumentBytes + 1]), ("Content", "The file is too large. It can be up to 10 MB."));
        await _service.Faults(Attach(TestService.Pdf("x"), ""), ("FileName", "The file needs a name."));
        await _service.Faults(Attach(TestService.Pdf("x"), "folder/"), ("FileName", "The file needs a name."));
        await _service.Faults(Attach(TestService.Pdf("x"), new string('n', 201)), ("FileName", "The file's name is too long. Use 200 characters or fewer."));
        await _service.Faults(Attach(TestService.Pdf("x"), kind: "poem"), ("Kind", "Choose what kind of document this is."));
        await _service.Refuses<NotFoundException>(Attach(TestService.Pdf("x")) with { Actor = _service.Chair });
    }

    [Fact]
    public async Task The_largest_document_fits()
    {
        var reference = (await _service.Send(new StartProposal { Actor = _service.Lead })).Reference;
        var content = new byte[Limits.DocumentBytes];
        "%PDF-"u8.CopyTo(content);
        await _service.Send(new AttachDocument { Actor = _service.Lead, Reference = reference, Kind = "other", FileName = "big.pdf", Content = content });
        Assert.Equal(content.Length, (await _service.Send(new GetDocument(_service.Lead, reference, "d1"))).Content.Length);
    }

    [Fact]
    public async Task The_same_file_is_attached_once_for_a_kind_and_stored_once_for_all()
    {
        var reference = (await _service.Send(new StartProposal { Actor = _service.Lead })).Reference;
        AttachDocument Attach(string kind) => new() { Actor = _service.Lead, Reference = reference, Kind = kind, FileName = "a.pdf", Content = TestService.Pdf("same") };
        await _service.Send(Attach("other"));
        await _service.Faults(Attach("other"), ("Content", "This very file is attached already."));
        await _service.Send(Attach("dpia"));
        Assert.Equal(1, _service.Count("document"));
        Assert.Equal(2, (await _service.Get(reference, _service.Lead)).Draft!.Documents.Length);

        await _service.Send(new RemoveDocument { Actor = _service.Lead, Reference = reference, Document = "d1" });
        Assert.Equal(TestService.Pdf("same"), (await _service.Send(new GetDocument(_service.Lead, reference, "d2"))).Content);
        await _service.Send(new RemoveDocument { Actor = _service.Lead, Reference = reference, Document = "d2" });
        Assert.Equal(0, _service.Count("document"));
        await _service.Refuses<NotFoundException>(new RemoveDocument { Actor = _service.Lead, Reference = reference, Document = "d2" });
        await _service.Refuses<NotFoundException>(new GetDocument(_service.Lead, reference, "d2"));
    }

    [Fact]
    public async Task A_proposal_has_twenty_documents_at_most()
    {
        var reference = (await _service.Send(new StartProposal { Actor = _service.Lead })).Reference;
        AttachDocument Attach(int number) => new() { Actor = _service.Lead, Reference = reference, Kind = "other", FileName = "a.pdf", Content = TestService.Pdf($"{number}") };
        for (var i = 0; i < Limits.Documents; i++) await _service.Send(Attach(i));
        await _service.Faults(Attach(99), ("Content", "A proposal can have up to 20 documents. Remove one first."));
    }

    [Fact]
    public async Task Documents_of_a_submitted_proposal_go_to_those_who_see_it_and_to_nobody_else()
    {
        var reference = await _service.Submitted(SampleAnswers.ServiceDesign);
        Assert.Equal(TestService.Pdf("dpia"), (await _service.Send(new GetDocument(_service.Privacy[0], reference, "d1", 1))).Content);
        await _service.Refuses<NotFoundException>(new GetDocument(_service.OtherLead, reference, "d1"));
        await _service.Refuses<NotFoundException>(new GetDocument(_service.Privacy[0], reference, "d99"));
    }
}
