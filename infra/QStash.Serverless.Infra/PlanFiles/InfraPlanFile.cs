using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace QStash.Serverless.Infra;

/// <summary>
/// Plans as text, to be reviewed now and applied later. The text holds everything that applying writes: bodies and header values in full, so it is as secret
/// as they are. It is sealed with the account's signing keys: nobody who cannot read those can change it.
/// </summary>
public static class InfraPlanFile
{
    /// <summary>The format of the files that this version writes and reads.</summary>
    public const int Version = 1;

    /// <summary>Writes a plan as text.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="state">What it was made from.</param>
    /// <exception cref="InvalidOperationException">The plan has refusals: it could not be applied.</exception>
    public static string Write(InfraPlan plan, InfraState state)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(state);
        if (plan.IsRefused)
        {
            throw new InvalidOperationException($"The plan cannot be applied: {string.Join(" ", plan.Refusals)}");
        }

        PlanContent content = PlanContent.Of(plan, state);
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(content, PlanFileJson.Default.PlanContent);
        PlanEnvelope envelope = new(Version, state.Url, state.Seal.Account, state.Seal.Of(bytes), Convert.ToBase64String(bytes));
        return JsonSerializer.Serialize(envelope, PlanFileJson.Default.PlanEnvelope) + "\n";
    }

    /// <summary>Reads a plan back, if it still is what was reviewed and the account still is what it was made from.</summary>
    /// <param name="text">The text.</param>
    /// <param name="state">The account as it is now.</param>
    /// <param name="plan">The plan; null when it must not be applied.</param>
    /// <param name="problem">Why it must not be applied: it is no plan, was edited, belongs to another account or version, or the account has changed since, with the names of what has.</param>
    public static bool TryRead(string text, InfraState state, [NotNullWhen(true)] out InfraPlan? plan, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(state);
        plan = null;
        PlanEnvelope? envelope;
        byte[] bytes;
        try
        {
            envelope = JsonSerializer.Deserialize(text, PlanFileJson.Default.PlanEnvelope);
            bytes = Convert.FromBase64String(envelope?.Content ?? "");
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException)
        {
            problem = "this is no plan file, or it is damaged: make a new one with `dotnet qstash plan --out`.";
            return false;
        }

        problem = Mismatch(envelope, bytes, state);
        if (problem is not null)
        {
            return false;
        }

        PlanContent content = JsonSerializer.Deserialize(bytes, PlanFileJson.Default.PlanContent)!;
        string[] moved = [.. content.Moved(state)];
        problem = moved.Length == 0 ? null : $"the account has changed since the plan was made: {string.Join(", ", moved)}. Make a new plan and review it.";
        plan = problem is null ? content.ToPlan(state.Url) : null;
        return plan is not null;
    }

    private static string? Mismatch(PlanEnvelope? envelope, byte[] bytes, InfraState state) =>
        envelope is not { Url: not null, Account: not null, Seal: not null } ? "this is no plan file: make one with `dotnet qstash plan --out`."
        : envelope.Version != Version ? $"the plan file has format {envelope.Version}, and this version reads {Version}: make a new plan with it."
        : envelope.Url != state.Url ? $"the plan was made for {envelope.Url}, but this is {state.Url}."
        : !state.Seal.IsSameAccount(envelope.Account) ? "the plan was made for another account, or the account's signing keys were rotated twice since: make a new plan."
        : !state.Seal.Holds(bytes, envelope.Seal) ? "the plan file was edited or damaged after it was made: make a new plan and review it."
        : null;
}
