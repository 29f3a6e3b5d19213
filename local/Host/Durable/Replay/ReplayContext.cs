using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.Durable.Replay;

/// <summary>The context that an orchestrator sees: it hands out tasks, which <see cref="OrchestrationReplay"/>
/// completes in the order of history.</summary>
internal sealed partial class ReplayContext(
    Identity identity, DataConverter converter, ILoggerFactory loggers) : TaskOrchestrationContext
{
    // Namespace of the ids made here; any fixed one does (RFC 9562, version 5).
    private static readonly Guid GuidNamespace = new("5f2a1d0e-3f5b-4f0e-9d59-b5b7a8a2c6d4");

    private int _guids;

    public override TaskName Name => identity.Name;

    public override string InstanceId => identity.InstanceId;

    public override ParentOrchestrationInstance? Parent =>
        identity.ParentId is { } id ? new(identity.ParentName ?? string.Empty, id) : null;

    public override DateTime CurrentUtcDateTime => Clock.UtcDateTime;

    public override bool IsReplaying => Replaying;

    /// <summary>Time of the episode being played.</summary>
    public DateTimeOffset Clock { get; set; }

    /// <summary>True while stored history is played.</summary>
    public bool Replaying { get; set; }

    /// <summary>The orchestration's input.</summary>
    public Payload? Input { get; set; }

    /// <summary>JSON of the custom status; null while the code set none.</summary>
    public string? CustomStatus { get; private set; }

    /// <summary>Set once the code asked to start over.</summary>
    public (Payload? Input, bool KeepEvents)? Restart { get; private set; }

    protected override ILoggerFactory LoggerFactory => loggers;

    public override T? GetInput<T>()
        where T : default => converter.Deserialize<T>(Input?.Text);

    public override void SetCustomStatus(object? customStatus) =>
        CustomStatus = converter.Serialize(customStatus) ?? "null";

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        Restart = (Serialize(newInput), preserveUnprocessedEvents);

    public override Guid NewGuid()
    {
        Span<byte> name = stackalloc byte[16];
        GuidNamespace.TryWriteBytes(name, bigEndian: true, out _);
        var text = Encoding.UTF8.GetBytes($"{InstanceId}\n{identity.Execution}\n{_guids++}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. name, .. text], hash);
        var versioned = (ushort)((BinaryPrimitives.ReadUInt16BigEndian(hash[6..]) & 0x0FFF) | 0x5000);
        BinaryPrimitives.WriteUInt16BigEndian(hash[6..], versioned);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    private Payload? Serialize(object? value)
    {
        var payload = Payload.Of(converter.Serialize(value));
        if (payload?.Text?.Length > Payload.TextMax)
            throw new InvalidOperationException("A payload is over 4 MB; store it and pass its name.");
        return payload;
    }
}
