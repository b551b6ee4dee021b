using System.Text.Json.Serialization;

namespace QStash.Serverless.Infra;

/// <summary>One thing a change does to the account, complete in itself: plan files hold steps as they are. Doing it twice is doing it once.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "do")]
[JsonDerivedType(typeof(PutSchedule), "put schedule")]
[JsonDerivedType(typeof(PauseSchedule), "pause schedule")]
[JsonDerivedType(typeof(DeleteSchedule), "delete schedule")]
[JsonDerivedType(typeof(PutEndpoints), "put endpoints")]
[JsonDerivedType(typeof(RemoveEndpoints), "remove endpoints")]
[JsonDerivedType(typeof(SetDefaults), "set defaults")]
[JsonDerivedType(typeof(DeleteGroup), "delete group")]
[JsonDerivedType(typeof(PutQueue), "put queue")]
[JsonDerivedType(typeof(DeleteQueue), "delete queue")]
[JsonDerivedType(typeof(PinKey), "pin key")]
[JsonDerivedType(typeof(UnpinKey), "unpin key")]
internal abstract record InfraStep
{
    internal abstract Task RunAsync(PatientCalls calls, CancellationToken cancellationToken);
}

/// <summary>A header as it is sent.</summary>
internal sealed record HeaderLine(string Name, string Value);

/// <summary>An endpoint as it is sent.</summary>
internal sealed record EndpointLine(string Url, string? Name);
