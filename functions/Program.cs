using CustomerFunctions.Access;
using CustomerFunctions.Events;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Shared;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.AddShared();
builder.AddAccess();
builder.AddEvents();
builder.AddLoyalty();
builder.Build().Run();
