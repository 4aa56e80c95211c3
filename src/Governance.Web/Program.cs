using Governance.Web.Composition;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddFrontEnd();

var app = builder.Build();
app.UseFrontEnd();
// Authentication and authorisation go here: after routing, before the routes.
app.MapFrontEnd();
await app.RunAsync();
