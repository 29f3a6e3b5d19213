using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Access;

/// <summary>Removes kept answers about a customer who is erased.</summary>
public sealed class ForgottenAnswers(KeptAnswersTable answers) : IForgets
{
    /// <inheritdoc/>
    public Task ForgetAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel) =>
        answers.ForgetAsync(environment, key, cancel);
}
