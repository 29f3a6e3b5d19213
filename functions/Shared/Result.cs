using System.Diagnostics.CodeAnalysis;

namespace CustomerFunctions.Shared;

/// <summary>Either a value or an expected refusal.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, Error? error)
    {
        _value = value;
        Error = error;
    }

    /// <summary>The refusal, or null when there is a value.</summary>
    public Error? Error { get; }

    /// <summary>True when there is a value.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsOk => Error is null;

    /// <summary>The value. Asking for it in spite of a refusal is a programming fault.</summary>
    public T Value => Error is null ? _value! : throw new InvalidOperationException($"No value: {Error.Code}.");

    /// <summary>Gives either side: <c>true</c> and the value, or <c>false</c> and the refusal.</summary>
    public bool Try([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out Error? error)
    {
        value = _value;
        error = Error;
        return error is null;
    }

    /// <summary>Goes on with the value, or passes the refusal through.</summary>
    public Result<TNext> Then<TNext>(Func<T, Result<TNext>> next) => Error is null ? next(_value!) : Error;

    /// <summary>Changes the value, or passes the refusal through.</summary>
    public Result<TNext> Map<TNext>(Func<T, TNext> next) => Error is null ? next(_value!) : Error;

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Error error) => new(default, error);
}
