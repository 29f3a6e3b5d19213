using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Microsoft.DurableTask
{
    /// <summary>Turns inputs and outputs into text and back.</summary>
    public abstract class DataConverter
    {
        [return: NotNullIfNotNull(nameof(value))]
        public abstract string? Serialize(object? value);

        [return: NotNullIfNotNull(nameof(data))]
        public abstract object? Deserialize(string? data, Type targetType);

        [return: NotNullIfNotNull(nameof(data))]
        public virtual T? Deserialize<T>(string? data) => (T?)(Deserialize(data, typeof(T)) ?? default(T));
    }

    /// <summary>One page of a listing.</summary>
    public sealed class Page<T>(IReadOnlyList<T> values, string? continuationToken = null)
        where T : notnull
    {
        public IReadOnlyList<T> Values { get; } = values;

        public string? ContinuationToken { get; } = continuationToken;
    }

    /// <summary>A listing that is read page by page.</summary>
    public abstract class AsyncPageable<T> : IAsyncEnumerable<T>
        where T : notnull
    {
        public abstract IAsyncEnumerable<Page<T>> AsPages(
            string? continuationToken = default, int? pageSizeHint = default);

        public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            await foreach (var page in AsPages().WithCancellation(cancellationToken))
            {
                foreach (var value in page.Values) yield return value;
            }
        }
    }
}

namespace Microsoft.DurableTask.Converters
{
    /// <summary>System.Text.Json; the options are the app's.</summary>
    public class JsonDataConverter(JsonSerializerOptions? options = null) : DataConverter
    {
        private static readonly JsonSerializerOptions Plain = new() { IncludeFields = true };
        private readonly JsonSerializerOptions _options = options ?? Plain;

        public static JsonDataConverter Default { get; } = new();

        public override string? Serialize(object? value) =>
            value is null ? null : JsonSerializer.Serialize(value, _options);

        public override object? Deserialize(string? data, Type targetType) =>
            data is null ? null : JsonSerializer.Deserialize(data, targetType, _options);
    }
}
