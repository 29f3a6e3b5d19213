using System.Collections.Immutable;
using CustomerFunctions.Local.Host.ServiceBus;

namespace CustomerFunctions.Local.Host.Tests.ServiceBus;

/// <summary>The state of a queue, without clock, storage or network.</summary>
public sealed class BusQueueTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan LockFor = TimeSpan.FromSeconds(60);
    private static readonly ImmutableDictionary<string, object?> NoChanges = ImmutableDictionary<string, object?>.Empty;

    private readonly BusQueue _queue = new(LockFor, deliveriesMax: 3);

    /// <summary>What can be done with a lock.</summary>
    public enum Step
    {
        Complete,
        Abandon,
        DeadLetter,
        Defer,
        Renew,
        Release,
    }

    [Fact]
    public void Messages_are_handed_out_in_the_order_of_their_numbers()
    {
        Put(2);
        Put(1);
        Assert.Equal([1L, 2L], new[] { Take().Message.Sequence, Take().Message.Sequence });
        Assert.Null(_queue.Lock(Start));
    }

    [Theory]
    [InlineData(Step.Complete, 0, false)]
    [InlineData(Step.Abandon, 1, true)]
    [InlineData(Step.DeadLetter, 0, false)]
    [InlineData(Step.Defer, 1, false)]
    [InlineData(Step.Renew, 1, false)]
    [InlineData(Step.Release, 1, true)]
    public void A_settlement_decides_whether_the_message_stays_and_is_visible(Step step, int count, bool isVisible)
    {
        Put(1);
        Assert.True(Do(step, Take().Token, Start));
        Assert.Equal((count, isVisible), (_queue.Count, _queue.HasWaiting));
    }

    [Theory]
    [InlineData(Step.Complete)]
    [InlineData(Step.Abandon)]
    [InlineData(Step.DeadLetter)]
    [InlineData(Step.Defer)]
    [InlineData(Step.Renew)]
    public void A_lock_is_lost_when_it_ends_even_before_the_message_is_given_back(Step step)
    {
        Put(1);
        var token = Take().Token;
        Assert.False(Do(step, token, Start + LockFor));
        _queue.Advance(Start + LockFor);
        Assert.True(_queue.HasWaiting);
        Assert.False(Do(step, token, Start));
    }

    [Theory]
    [InlineData(Step.Complete)]
    [InlineData(Step.Abandon)]
    [InlineData(Step.DeadLetter)]
    [InlineData(Step.Defer)]
    public void A_message_is_settled_once(Step step)
    {
        Put(1);
        var token = Take().Token;
        Assert.True(Do(Step.Complete, token, Start));
        Assert.False(Do(step, token, Start));
    }

    [Fact]
    public void A_lapsed_lock_counts_as_a_failed_delivery()
    {
        Put(1);
        Take();
        Assert.Empty(_queue.Advance(Start + LockFor - TimeSpan.FromTicks(1)));
        var returned = Assert.Single(_queue.Advance(Start + LockFor));
        Assert.Equal((1, false), (returned.Message.Failures, returned.IsDead));
    }

    [Fact]
    public void A_renewed_lock_holds_for_its_full_time_from_the_renewal()
    {
        Put(1);
        var locked = Take();
        var later = Start + TimeSpan.FromSeconds(50);
        Assert.Equal(later + LockFor, _queue.Renew(locked.Token, later));
        Assert.Empty(_queue.Advance(Start + LockFor));
        Assert.NotNull(_queue.Complete(locked.Token, Start + LockFor));
    }

    [Fact]
    public void After_the_last_delivery_the_message_is_dead_and_says_why()
    {
        Put(1);
        Assert.False(Abandon().IsDead);
        Assert.False(Abandon().IsDead);
        var last = Abandon();
        Assert.True(last.IsDead);
        Assert.Equal(0, _queue.Count);
        Assert.Equal("MaxDeliveryCountExceeded", last.Message.Overlay[DeadLetterReasons.Reason]);
    }

    [Fact]
    public void A_dead_letter_queue_gives_messages_back_for_ever()
    {
        var dead = new BusQueue(LockFor, deliveriesMax: null);
        dead.Put(Message(1));
        for (var i = 1; i <= 50; i++)
            Assert.False(dead.Abandon(dead.Lock(Start)!.Token, NoChanges, Start)!.IsDead);
    }

    [Fact]
    public void A_message_that_was_never_tried_goes_back_uncounted()
    {
        Put(1);
        _queue.Release(Take().Token);
        Assert.Equal(0, Take().Message.Failures);
    }

    [Fact]
    public void Changes_of_an_abandon_stay_with_the_message()
    {
        Put(1);
        _queue.Abandon(Take().Token, NoChanges.Add("why", "busy"), Start);
        _queue.Abandon(Take().Token, NoChanges.Add("who", "till"), Start);
        Assert.Equal(["who", "why"], Take().Message.Overlay.Keys.Order());
    }

    [Fact]
    public void A_scheduled_message_is_unseen_until_it_is_due()
    {
        var due = Start + TimeSpan.FromHours(1);
        _queue.Put(Message(1) with { ScheduledAt = due });
        Assert.Null(_queue.Lock(Start));
        Assert.Equal(due, _queue.NextDue);
        _queue.Advance(due);
        Assert.NotNull(_queue.Lock(due));
    }

    [Fact]
    public void A_scheduled_message_can_be_taken_back_once_and_only_before_it_is_due()
    {
        var due = Start + TimeSpan.FromHours(1);
        _queue.Put(Message(1) with { ScheduledAt = due });
        _queue.Put(Message(2) with { ScheduledAt = due });
        Assert.NotNull(_queue.Cancel(1));
        Assert.Null(_queue.Cancel(1));
        _queue.Advance(due);
        Assert.Null(_queue.Cancel(2));
        Assert.Equal(1, _queue.Count);
    }

    [Fact]
    public void A_deferred_message_comes_by_its_number_only_and_goes_back_to_being_deferred()
    {
        Put(7);
        _queue.Defer(Take().Token, NoChanges, Start);
        Assert.Null(_queue.Lock(Start));
        var locked = Assert.Single(_queue.LockDeferred([7, 8], Start));
        _queue.Abandon(locked.Token, NoChanges, Start);
        Assert.Null(_queue.Lock(Start));
        Assert.Single(_queue.LockDeferred([7], Start));
    }

    [Fact]
    public void Peeking_shows_every_state_in_order_and_locks_nothing()
    {
        Put(1);
        Take();
        _queue.Put(Message(2) with { ScheduledAt = Start + LockFor });
        _queue.Put(Message(3) with { IsDeferred = true });
        Put(4);
        Put(5);
        Assert.Equal([1L, 2, 3, 4], _queue.Peek(0, 4).Select(m => m.Sequence));
        Assert.Equal([3L, 4, 5], _queue.Peek(3, 10).Select(m => m.Sequence));
        Assert.Equal(4, Take().Message.Sequence);
    }

    private static BusMessage Message(long sequence) => new(sequence, ReadOnlyMemory<byte>.Empty, Start);

    private void Put(long sequence) => _queue.Put(Message(sequence));

    private LockedMessage Take() => _queue.Lock(Start)!;

    private Returned Abandon() => _queue.Abandon(Take().Token, NoChanges, Start)!;

    private bool Do(Step step, Guid token, DateTimeOffset now)
    {
        switch (step)
        {
            case Step.Complete: return _queue.Complete(token, now) is not null;
            case Step.Abandon: return _queue.Abandon(token, NoChanges, now) is not null;
            case Step.DeadLetter: return _queue.DeadLetter(token, NoChanges, now) is not null;
            case Step.Defer: return _queue.Defer(token, NoChanges, now) is not null;
            case Step.Renew: return _queue.Renew(token, now) is not null;
            default:
                _queue.Release(token);
                return true;
        }
    }
}
