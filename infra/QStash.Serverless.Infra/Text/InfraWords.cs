namespace QStash.Serverless.Infra;

/// <summary>What people read for what the code names.</summary>
internal static class InfraWords
{
    internal static string Of(InfraResource resource) => resource switch
    {
        InfraResource.UrlGroup => "URL group",
        InfraResource.Queue => "queue",
        InfraResource.Pin => "pin",
        _ => "schedule",
    };

    internal static string Of(InfraChangeKind kind) => kind switch
    {
        InfraChangeKind.Create => "create",
        InfraChangeKind.Update => "update",
        InfraChangeKind.Move => "move",
        _ => "delete",
    };

    /// <summary>The same, said of an account that is not what is declared.</summary>
    internal static string AsDrift(InfraChangeKind kind) => kind switch
    {
        InfraChangeKind.Create => "missing",
        InfraChangeKind.Update => "different",
        InfraChangeKind.Move => "elsewhere",
        _ => "left over",
    };
}
