using CustomerFunctions.Access;
using CustomerFunctions.Shared;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.AddShared();
builder.AddAccess();
builder.Build().Run();
