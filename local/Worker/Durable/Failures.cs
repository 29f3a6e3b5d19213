using System.Diagnostics.CodeAnalysis;

namespace Microsoft.DurableTask
{
    /// <summary>A called activity or sub-orchestration failed.</summary>
    public sealed class TaskFailedException : Exception
    {
        public TaskFailedException(string taskName, int taskId, Exception innerException)
            : base(Describe(taskName, taskId, innerException?.Message), innerException)
        {
            ArgumentNullException.ThrowIfNull(innerException);
            TaskName = taskName;
            TaskId = taskId;
            FailureDetails = TaskFailureDetails.FromException(innerException);
        }

        public TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails)
            : base(Describe(taskName, taskId, failureDetails?.ErrorMessage))
        {
            ArgumentNullException.ThrowIfNull(failureDetails);
            TaskName = taskName;
            TaskId = taskId;
            FailureDetails = failureDetails;
        }

        public string TaskName { get; }

        public int TaskId { get; }

        public TaskFailureDetails FailureDetails { get; }

        // Apps and their tests match this wording, so it is the real one.
        private static string Describe(string name, int id, string? message) =>
            message is null
                ? $"Task '{name}' (#{id}) failed with an unhandled exception."
                : $"Task '{name}' (#{id}) failed with an unhandled exception: {message}";
    }

    /// <summary>An exception as it crosses from one function to another: names and texts, no object.</summary>
    public record TaskFailureDetails(
        string ErrorType,
        string ErrorMessage,
        string? StackTrace,
        TaskFailureDetails? InnerFailure,
        IDictionary<string, object?>? Properties)
    {
        public override string ToString() => $"{ErrorType}: {ErrorMessage}";

        public bool IsCausedBy<T>()
            where T : Exception => IsCausedBy(typeof(T));

        public bool IsCausedBy(Type targetBaseExceptionType)
        {
            ArgumentNullException.ThrowIfNull(targetBaseExceptionType);
            if (!typeof(Exception).IsAssignableFrom(targetBaseExceptionType))
            {
                throw new ArgumentException(
                    $"{targetBaseExceptionType} is no exception.", nameof(targetBaseExceptionType));
            }

            var thrown = Type.GetType(ErrorType) ?? AppDomain.CurrentDomain.GetAssemblies()
                .Select(assembly => assembly.GetType(ErrorType)).FirstOrDefault(type => type is not null);
            return targetBaseExceptionType.IsAssignableFrom(thrown);
        }

        public static TaskFailureDetails FromException(Exception exception)
        {
            ArgumentNullException.ThrowIfNull(exception);
            return Of(exception);
        }

        [return: NotNullIfNotNull(nameof(exception))]
        private static TaskFailureDetails? Of(Exception? exception) => exception is null
            ? null
            : new(exception.GetType().ToString(), exception.Message, exception.StackTrace,
                Of(exception.InnerException), null);
    }
}

namespace DurableTask.Core.Exceptions
{
    /// <summary>An unfinished instance of that id exists.</summary>
    public class OrchestrationAlreadyExistsException : Exception
    {
        public OrchestrationAlreadyExistsException()
        {
        }

        public OrchestrationAlreadyExistsException(string message)
            : base(message)
        {
        }

        public OrchestrationAlreadyExistsException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }
}
