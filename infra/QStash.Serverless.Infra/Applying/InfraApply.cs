using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>Applies plans.</summary>
public static class InfraApply
{
    /// <summary>
    /// Makes the changes of a plan: URL groups, queues and pins, then schedules, then deletions, schedules first; those of one kind side by side. A change that
    /// fails stops only those that need it; a refused token (401, 403) and three changes without any answer stop everything. Calls over the burst limit
    /// (429) are made again when QStash says. Cancelling stops as soon as the calls on their way allow; a schedule that is to be paused or to take the place of
    /// another is finished first, once begun.
    /// </summary>
    /// <param name="client">The account the plan was made for.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="options">How many changes at once, and the clock; the defaults when null.</param>
    /// <param name="progress">Hears of each change that is over, on the threads of the work.</param>
    /// <param name="cancellationToken">Stops the work; the report then says what was made and what was not.</param>
    /// <returns>What was made, what failed and why, and what was not tried. Refused calls and cancellation are no exceptions here.</returns>
    /// <exception cref="InvalidOperationException">The plan has refusals, or was made for another QStash. Nothing was called.</exception>
    public static Task<InfraReport> ApplyAsync(
        QStashClient client, InfraPlan plan, ApplyOptions? options = null, IProgress<InfraProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(plan);
        options ??= new ApplyOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Parallelism, 1);
        return plan.IsRefused ? throw new InvalidOperationException($"The plan cannot be applied: {string.Join(" ", plan.Refusals)}")
            : plan.Url != client.Url ? throw new InvalidOperationException($"The plan was made for {plan.Url}, but the client calls {client.Url}.")
            : new ApplyRun(client, plan, options, progress).RunAsync(cancellationToken);
    }
}
