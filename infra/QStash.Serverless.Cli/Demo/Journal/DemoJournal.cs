using System.Threading.Channels;

namespace QStash.Serverless.Cli.Demo;

/// <summary>Where publisher, app and checks write down what they see, from any thread.</summary>
internal sealed class DemoJournal(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<DemoEvent> _events = [];
    private Channel<DemoEvent>? _followers;
    private int _followed;

    /// <summary>The clock of every entry.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    public void Add(DemoEvent seen)
    {
        lock (_gate)
        {
            _events.Add(seen);
            HandOut();
        }
    }

    /// <summary>Everything so far.</summary>
    public Observations Observe()
    {
        lock (_gate)
        {
            return new Observations([.. _events]);
        }
    }

    /// <summary>Every entry, for one reader at a time: those that no reader was given yet, then each as it is made, until <see cref="EndFollowing"/>.</summary>
    public IAsyncEnumerable<DemoEvent> FollowAsync()
    {
        lock (_gate)
        {
            _followers = Channel.CreateUnbounded<DemoEvent>(new UnboundedChannelOptions { SingleReader = true });
            HandOut();
            return _followers.Reader.ReadAllAsync(CancellationToken.None);
        }
    }

    /// <summary>Lets the reader come to its end, after the entries made so far.</summary>
    public void EndFollowing()
    {
        lock (_gate)
        {
            _followers?.Writer.Complete();
            _followers = null;
        }
    }

    private void HandOut()
    {
        while (_followers is not null && _followed < _events.Count)
        {
            _followers.Writer.TryWrite(_events[_followed++]);
        }
    }
}
