using System.Globalization;
using CustomerFunctions.Terminals.Domain;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Reads what the trigger knows of a message beside its body.</summary>
internal static class Deliveries
{
    /// <summary>The delivery that an invocation is for.</summary>
    public static Delivery Of(FunctionContext context)
    {
        var data = context.BindingContext.BindingData;
        var text = Text(data, "DeliveryCount");
        var count = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 1;
        return new Delivery(
            Text(data, "MessageId") ?? "", Text(data, "SequenceNumber") ?? "", count, Text(data, "DeadLetterReason"));
    }

    private static string? Text(IReadOnlyDictionary<string, object?> data, string name) =>
        data.TryGetValue(name, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;
}
