namespace CustomerFunctions.Local.Host;

/// <summary>A known fault of starting up. Its message is one sentence for the person at the terminal.</summary>
public sealed class LocalHostException : Exception
{
    public LocalHostException()
    {
    }

    public LocalHostException(string message)
        : base(message)
    {
    }

    public LocalHostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
