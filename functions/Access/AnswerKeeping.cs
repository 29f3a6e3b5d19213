using System.Collections.Concurrent;
using System.Reflection;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Access;

/// <summary>How the answer of a POST with an Idempotency-Key is kept. Without one of these it is kept as it was sent,
/// and the function never runs again for the same request.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class AnswerKeepingAttribute : Attribute;

/// <summary>The function keeps what it did with its own change and answers repeats itself, for as long as it likes.
/// </summary>
public sealed class KeepsOwnAnswerAttribute : AnswerKeepingAttribute;

/// <summary>The answer carries a secret, which exists nowhere but there: a repeat is told so.</summary>
public sealed class SecretAnswerAttribute : AnswerKeepingAttribute;

/// <summary>The answer holds what must not lie in a second place. Only the request's hash is kept, and a repeat lets
/// the function make the answer anew from what it keeps itself.</summary>
public sealed class RebuiltAnswerAttribute : AnswerKeepingAttribute
{
    /// <summary>True when the body is too large to be held in memory: then the function compares it itself.</summary>
    public bool StreamsBody { get; set; }
}

/// <summary>What functions say of their answers.</summary>
public static class AnswerKeeping
{
    private static readonly object Customers = new();
    private static readonly ConcurrentDictionary<string, AnswerKeepingAttribute?> Known = new(StringComparer.Ordinal);

    /// <summary>Says whom the answer will be about: when one of them is erased, it goes. To be said by every POST that
    /// answers about customers.</summary>
    public static void Concerns(this HttpRequest request, params IEnumerable<ProfileKey> customers)
    {
        var items = request.HttpContext.Items;
        if (items[Customers] is not HashSet<ProfileKey> named) items[Customers] = named = [];
        named.UnionWith(customers);
    }

    internal static IReadOnlyCollection<ProfileKey> ConcernedBy(HttpContext http) =>
        http.Items[Customers] as HashSet<ProfileKey> ?? [];

    internal static AnswerKeepingAttribute? Of(FunctionDefinition function) =>
        Known.GetOrAdd(function.EntryPoint, static entry =>
        {
            var dot = entry.LastIndexOf('.');
            // Better no answer than a secret that is kept because nobody knew of it.
            var type = typeof(AnswerKeeping).Assembly.GetType(entry[..dot])
                ?? throw new InvalidOperationException($"There is no type for {entry}.");
            return type.GetMethod(entry[(dot + 1)..])?.GetCustomAttribute<AnswerKeepingAttribute>();
        });
}
