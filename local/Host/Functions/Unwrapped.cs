using System.Collections.Concurrent;
using System.Reflection;

namespace CustomerFunctions.Local.Host.Functions;

/// <summary>Waits for what a method returned and gives the value within.</summary>
internal static class Unwrapped
{
    private static readonly ConcurrentDictionary<Type, Func<object, Task<object?>>> Readers = new();

    /// <summary>The value of a task or value task, else the value itself; null for none.</summary>
    /// <param name="declared">The method's return type; the task's own type may be one of the compiler's.</param>
    public static Task<object?> Of(Type declared, object? returned) =>
        returned is null ? Task.FromResult<object?>(null) : Readers.GetOrAdd(declared, Reader)(returned);

    private static Func<object, Task<object?>> Reader(Type declared)
    {
        if (declared == typeof(Task)) return task => Nothing((Task)task);
        if (declared == typeof(ValueTask)) return task => Nothing(((ValueTask)task).AsTask());
        if (!declared.IsGenericType) return Task.FromResult<object?>;
        var open = declared.GetGenericTypeDefinition();
        if (open == typeof(Task<>)) return Made(nameof(FromTask), declared);
        return open == typeof(ValueTask<>) ? Made(nameof(FromValueTask), declared) : Task.FromResult<object?>;
    }

    private static async Task<object?> Nothing(Task task)
    {
        await task;
        return null;
    }

    private static Func<object, Task<object?>> Made(string name, Type declared) =>
        typeof(Unwrapped).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(declared.GetGenericArguments()).CreateDelegate<Func<object, Task<object?>>>();

    private static async Task<object?> FromTask<T>(object task) => await (Task<T>)task;

    private static async Task<object?> FromValueTask<T>(object task) => await (ValueTask<T>)task;
}
