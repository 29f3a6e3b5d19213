using System.Reflection;
using System.Text;
using CustomerFunctions.Access;
using CustomerFunctions.Tests.Harness;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Tests.App;

/// <summary>Every POST route with an Idempotency-Key.</summary>
public sealed class RepeatedPostsTests(PostWorld world) : IClassFixture<PostWorld>
{
    private const int AtOnce = 16;

    public static TheoryData<string> Functions => new(PostCases.All.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_POST_route_is_tried() => Assert.Equal(
        world.App.Host.Catalog.StartedBy<HttpTriggerAttribute>()
            .Where(f => f.Trigger.Methods!.Contains("post", StringComparer.OrdinalIgnoreCase)).Select(f => f.Function.Name),
        PostCases.All.Keys.Order(StringComparer.OrdinalIgnoreCase));

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task A_repeat_is_answered_as_the_first_and_another_body_is_refused(string function)
    {
        var (post, key) = (await PostCases.All[function](world), NewKey());
        var before = await post.DoneAsync();
        var first = (await SendAsync(post, post.Body, key)).ExpectSuccess();
        Assert.False(first.Headers.ContainsKey("Idempotency-Hit"));
        Assert.Equal(before + 1, await post.DoneAsync());
        // What is made anew would tell another time.
        world.App.Clock.Advance(TimeSpan.FromMinutes(1));
        var again = await SendAsync(post, post.Body, key);
        if (KeepingOf(function) is SecretAnswerAttribute) again.ExpectProblem(409, "answer-not-kept");
        else AssertSame(first, again);
        (await SendAsync(post, post.Other, key)).ExpectProblem(422, "idempotency-key-reused");
        Assert.Equal(before + 1, await post.DoneAsync());
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task Of_many_at_once_one_does_it_and_all_are_told_the_same(string function)
    {
        var (post, key) = (await PostCases.All[function](world), NewKey());
        var before = await post.DoneAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => SendUntilDecidedAsync(post, key)));
        Assert.Equal(before + 1, await post.DoneAsync());
        if (KeepingOf(function) is SecretAnswerAttribute)
        {
            Assert.Single(answers, a => a.IsSuccess);
            Assert.All(answers, a => Assert.True(a.IsSuccess || a.ExpectProblem(409, "answer-not-kept").Status == 409));
            return;
        }

        var first = answers[0].ExpectSuccess();
        Assert.All(answers, a => Assert.Equal((first.Status, first.Body), (a.Status, a.Body)));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task A_kept_answer_goes_with_its_customers(string function)
    {
        var post = await PostCases.All[function](world);
        var keys = await Task.WhenAll(post.Customers.Select(world.KeyAsync));
        var answer = (await SendAsync(post, post.Body, NewKey())).ExpectSuccess();
        var isKept = KeepingOf(function) is null;
        Assert.True(!isKept || post.Customers.Length > 0 || !post.Path.Contains("profiles/", StringComparison.Ordinal));
        foreach (var (id, key) in post.Customers.Zip(keys))
        {
            Assert.Equal(isKept && answer.Body.Contains(id, StringComparison.Ordinal), (await world.KeptAsync(id)).Count > 0);
            Assert.Equal(isKept, (await world.KeptAsync($"{key}")).Count > 0);
        }

        // The one who was merged into the other is erased with it.
        foreach (var id in post.Customers)
            Assert.Contains((await world.Shop.DeleteAsync($"profiles/{id}")).Status, (int[])[204, 404]);
        foreach (var id in post.Customers) Assert.Empty(await world.KeptAsync(id));
        foreach (var key in keys) Assert.DoesNotContain(await world.KeptAsync("c|live"), r => r.PartitionKey == $"c|live|{key}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    [InlineData(null)]
    public async Task A_key_that_is_none_is_refused_everywhere(string? key)
    {
        foreach (var (function, make) in PostCases.All)
        {
            var post = await make(world);
            var refused = await SendAsync(post, post.Body, key ?? new string('x', 256));
            Assert.True(refused.Status == 400, $"{function}: {refused.Status} {refused.Body}");
            Assert.Equal(["Idempotency-Key"], refused.ExpectProblem(400, "invalid").WrongFields);
        }
    }

    private static string NewKey() => Guid.NewGuid().ToString();

    private static void AssertSame(ApiAnswer first, ApiAnswer again)
    {
        Assert.Equal((first.Status, first.Body), (again.Status, again.Body));
        Assert.Equal("true", again.Headers["Idempotency-Hit"]);
        foreach (var name in (string[])["Content-Type", "ETag", "Location"])
            Assert.Equal(first.Headers.GetValueOrDefault(name), again.Headers.GetValueOrDefault(name));
    }

    private AnswerKeepingAttribute? KeepingOf(string function) => world.App.Host.Catalog.All
        .Single(f => f.Name == function).Method.GetCustomAttribute<AnswerKeepingAttribute>();

    /// <summary>As a client does that is told to come again.</summary>
    private async Task<ApiAnswer> SendUntilDecidedAsync(PostCase post, string key)
    {
        var answer = await SendAsync(post, post.Body, key);
        for (var i = 0; i < 5 && answer.Status >= 500; i++) answer = await SendAsync(post, post.Body, key);
        return answer;
    }

    private Task<ApiAnswer> SendAsync(PostCase post, string? body, string key) => world.Shop.PostAsync(
        post.Path, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"), ("Idempotency-Key", key));
}
