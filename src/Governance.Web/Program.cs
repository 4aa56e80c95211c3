using Governance.Review.Proposals;
using Governance.Review.Routes;
using Governance.Service;
using Governance.Service.Data;
using Governance.Web.Api;
using Governance.Web.Auth;
using Governance.Web.Composition;

var builder = WebApplication.CreateBuilder(args);
var dataFolder = builder.Configuration["Data:Folder"] ?? Path.Combine(builder.Environment.ContentRootPath, "data");
builder.Configuration["Database:File"] ??= Path.Combine(dataFolder, "governance.db");
builder.Services.AddGovernanceService(builder.Configuration);
builder.Services.AddFrontEnd();
builder.Services.AddAccounts(builder.Environment, dataFolder);
builder.Services.AddApi();

var app = builder.Build();
if (Governance.Web.Commands.CommandLine.IsMeant(args)) return await Governance.Web.Commands.CommandLine.RunAsync(args, app.Services);
app.Services.GetRequiredService<Database>().Migrate();
app.Services.GetRequiredService<Rulebooks>();
app.UseFrontEnd();
app.UseAccounts();
app.MapApi();
app.MapFrontEnd();
await app.RunAsync();
return 0;
