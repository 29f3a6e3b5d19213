using System.Buffers.Binary;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>Retypes map keys of a disposition frame from string to symbol.
/// The standard wants symbols in an error's info and in changed annotations; the JavaScript client sends strings,
/// on which AMQPNetLite throws. Both types have the same layout, so one byte changes.</summary>
internal static class AmqpKeys
{
    private const byte Described = 0x00;
    private const byte SmallULong = 0x53;
    private const byte DispositionCode = 0x15;
    private const byte Map8 = 0xC1;
    private const byte Map32 = 0xD1;
    private const byte List8 = 0xC0;
    private const byte List32 = 0xD0;
    private const byte String8 = 0xA1;
    private const byte String32 = 0xB1;
    private const byte StringToSymbol = 0x02;

    /// <summary>Changes a frame in place when it is a disposition; leaves every other frame as it is.</summary>
    public static void Retype(Span<byte> frame)
    {
        if (frame.Length < 12) return;
        var body = frame[(frame[4] * 4)..];
        if (body.Length < 4 || body[0] != Described || body[1] != SmallULong || body[2] != DispositionCode) return;
        Value(body, 3);
    }

    // Gives back where the value ends. A value that is cut short makes the slice throw, which ends the connection.
    private static int Value(Span<byte> bytes, int at)
    {
        var code = bytes[at];
        return code switch
        {
            Described => Value(bytes, Value(bytes, at + 1)),
            Map8 or List8 => Compound(bytes, at, code == Map8, bytes[at + 1] + 2, bytes[at + 2], 3),
            Map32 or List32 => Compound(
                bytes, at, code == Map32, Int(bytes, at + 1) + 5, Int(bytes, at + 5), 9),
            _ => at + Size(bytes, at),
        };
    }

    private static int Compound(Span<byte> bytes, int at, bool isMap, int size, int count, int header)
    {
        var next = at + header;
        for (var i = 0; i < count; i++)
        {
            if (isMap && i % 2 == 0 && bytes[next] is String8 or String32) bytes[next] += StringToSymbol;
            next = Value(bytes, next);
        }

        return at + size;
    }

    // By the high half of the format code, AMQP 1.0 part 1, section 1.2.
    private static int Size(Span<byte> bytes, int at) => (bytes[at] >> 4) switch
    {
        0x4 => 1,
        0x5 => 2,
        0x6 => 3,
        0x7 => 5,
        0x8 => 9,
        0x9 => 17,
        0xA or 0xE => 2 + bytes[at + 1],
        0xB or 0xF => 5 + Int(bytes, at + 1),
        _ => throw new InvalidDataException($"Unknown AMQP format code 0x{bytes[at]:X2}."),
    };

    private static int Int(Span<byte> bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
}
