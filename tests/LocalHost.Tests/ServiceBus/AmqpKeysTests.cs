using System.Buffers.Binary;
using Amqp;
using Amqp.Types;
using CustomerFunctions.Local.Host.ServiceBus;

namespace CustomerFunctions.Local.Host.Tests.ServiceBus;

/// <summary>The shim's change of keys, byte by byte.</summary>
public sealed class AmqpKeysTests
{
    private const byte Disposition = 0x15;
    private const byte Transfer = 0x14;

    [Fact]
    public void String_keys_of_a_disposition_become_symbols_and_values_stay()
    {
        var frame = Frame(Disposition, new Map { ["DeadLetterReason"] = "why", [new string('k', 300)] = "long" });
        AmqpKeys.Retype(frame);
        var map = Body(frame);
        Assert.All(map.Keys, key => Assert.IsType<Symbol>(key));
        Assert.Equal(["why", "long"], map.Values.Cast<string>());
    }

    [Fact]
    public void Other_frames_stay_as_they_are()
    {
        var frame = Frame(Transfer, new Map { ["key"] = "value" });
        var before = frame.ToArray();
        AmqpKeys.Retype(frame);
        Assert.Equal(before, frame);
    }

    [Fact]
    public void Values_of_every_width_are_passed_over()
    {
        var frame = Frame(Disposition, new Map
        {
            ["a"] = 1L,
            ["b"] = true,
            ["c"] = 1.5,
            ["d"] = Guid.NewGuid(),
            ["e"] = null,
            ["f"] = new byte[300],
            ["g"] = new List { "x", 2 },
            ["h"] = new Map { ["inner"] = "y" },
            ["i"] = (byte)3,
            ["j"] = (short)4,
            ["k"] = new[] { 1, 2, 3 },
            ["l"] = DateTime.UnixEpoch,
        });
        AmqpKeys.Retype(frame);
        Assert.All(Body(frame).Keys, key => Assert.IsType<Symbol>(key));
    }

    private static byte[] Frame(byte descriptor, Map map)
    {
        var buffer = new ByteBuffer(4096, autoGrow: true);
        Encoder.WriteObject(buffer, map);
        byte[] frame = [0, 0, 0, 0, 2, 0, 0, 0, 0x00, 0x53, descriptor, .. buffer.Buffer.AsSpan(0, buffer.Length)];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        return frame;
    }

    private static Map Body(byte[] frame) =>
        (Map)Encoder.ReadObject(new ByteBuffer(frame, 11, frame.Length - 11, frame.Length - 11));
}
