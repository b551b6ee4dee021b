using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>Adds endpoints to a group, and changes those it has.</summary>
internal sealed record PutEndpoints(string Group, IReadOnlyList<EndpointLine> Endpoints) : InfraStep
{
    internal override Task RunAsync(PatientCalls calls, CancellationToken cancellationToken) =>
        calls.MakeAsync(client => client.UrlGroups.AddEndpointsAsync(Group, Endpoints.Select(static endpoint => new UrlGroupEndpoint(endpoint.Url, endpoint.Name)), cancellationToken), cancellationToken);
}

/// <summary>Removes endpoints from a group that has others.</summary>
internal sealed record RemoveEndpoints(string Group, IReadOnlyList<string> Urls) : InfraStep
{
    internal override Task RunAsync(PatientCalls calls, CancellationToken cancellationToken) =>
        calls.MakeAsync(client => client.UrlGroups.RemoveEndpointsAsync(Group, Urls.Select(static url => new UrlGroupEndpoint(url)), cancellationToken), cancellationToken);
}

/// <summary>Replaces a group's default options.</summary>
internal sealed record SetDefaults(string Group, IReadOnlyList<HeaderLine> Headers) : InfraStep
{
    internal override Task RunAsync(PatientCalls calls, CancellationToken cancellationToken) => calls.MakeAsync(
        client => client.UrlGroups.SetDefaultsAsync(Group, new PublishOptions { RawHeaders = [.. Headers.Select(static header => KeyValuePair.Create(header.Name, header.Value))] }, cancellationToken),
        cancellationToken);
}

/// <summary>Deletes a group; there need not be one.</summary>
internal sealed record DeleteGroup(string Group) : InfraStep
{
    internal override Task RunAsync(PatientCalls calls, CancellationToken cancellationToken) =>
        calls.MakeAsync(client => client.UrlGroups.DeleteAsync(Group, cancellationToken), cancellationToken);
}
