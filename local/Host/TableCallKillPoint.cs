using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using CustomerFunctions.Local.Worker;

namespace CustomerFunctions.Local.Host;

/// <summary>Comes to the kill point "table-call" before each call of the app to Table Storage.</summary>
internal sealed class TableCallKillPoint(string storageConnection) : HttpPipelineSynchronousPolicy
{
    public const string Name = "table-call";

    private readonly string _tables = new TableServiceClient(storageConnection).Uri.Authority;

    public override void OnSendingRequest(HttpMessage message)
    {
        if (message.Request.Uri.ToUri().Authority == _tables) KillPoints.Reach(Name);
    }
}
