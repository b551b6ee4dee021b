namespace QStash.Serverless.Client;

/// <summary>URL groups: a message to one goes to each of its endpoints (protocol 2.8, 8.6).</summary>
public sealed class QStashUrlGroups
{
    private readonly QStashCalls _calls;
    private readonly PublishSettings _settings;

    internal QStashUrlGroups(QStashCalls calls, PublishSettings settings)
    {
        _calls = calls;
        _settings = settings;
    }

    /// <summary>Adds endpoints to a group, and changes those with the same name or URL. A group that does not exist is created.</summary>
    /// <param name="name">The name: letters, digits, <c>_</c>, <c>.</c> and <c>-</c>.</param>
    /// <param name="endpoints">The endpoints, at least one.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="ArgumentException">The name has another character, there is no endpoint, or a URL is none that QStash can call. Nothing was sent.</exception>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task AddEndpointsAsync(string name, IEnumerable<UrlGroupEndpoint> endpoints, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        UrlGroupEndpoint[] all = [.. endpoints];
        foreach (UrlGroupEndpoint endpoint in all)
        {
            WireMessage.RequireReachable(Destination.Url(endpoint.Url), "Url", _settings, nameof(endpoints));
        }

        return SendAsync(HttpMethod.Post, name, all, nameof(endpoints), cancellationToken);
    }

    /// <summary>Removes endpoints from a group, each told by its URL and name, as far as it has them. A group without endpoints ceases to exist.</summary>
    /// <param name="name">The group's name.</param>
    /// <param name="endpoints">The endpoints, at least one.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="ArgumentException">The name is none, or there is no endpoint. Nothing was sent.</exception>
    /// <exception cref="QStashApiException">QStash refused the call, for example because there is no such group, or no answer arrived.</exception>
    public Task RemoveEndpointsAsync(string name, IEnumerable<UrlGroupEndpoint> endpoints, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return SendAsync(HttpMethod.Delete, name, [.. endpoints], nameof(endpoints), cancellationToken);
    }

    /// <summary>Sets the options of messages to this group that do not set them themselves. What was set before and is not named here is forgotten. They cannot be read back.</summary>
    /// <param name="name">The group's name.</param>
    /// <param name="defaults">The options; those of a single message, such as the deduplication id, make no sense here.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="ArgumentException">The name is none, or an option breaks a rule. Nothing was sent.</exception>
    /// <exception cref="QStashApiException">QStash refused the call, for example because there is no such group, or no answer arrived.</exception>
    public Task SetDefaultsAsync(string name, PublishOptions defaults, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        List<KeyValuePair<string, string>> headers = WireMessage.OptionsOf(defaults, _settings, nameof(defaults));
        byte[] body = QStashCalls.Json(json =>
        {
            json.WriteStartObject("headers");
            foreach ((string header, string value) in headers)
            {
                json.WriteString(header, value);
            }

            json.WriteEndObject();
        });
        return _calls.SendAsync(QStashCalls.Put(HttpMethod.Patch, Path(name), body), cancellationToken);
    }

    /// <summary>Reads a group.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>The group, or null when there is none of this name.</returns>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task<QStashUrlGroup?> GetAsync(string name, CancellationToken cancellationToken = default) =>
        _calls.FindAsync(QStashCalls.Get(Path(name)), static json => new QStashUrlGroup(new JsonFields(json)), cancellationToken);

    /// <summary>Reads every group of the account.</summary>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public async Task<IReadOnlyList<QStashUrlGroup>> ListAsync(CancellationToken cancellationToken = default) =>
        await _calls.ListAsync("/v2/topics", static fields => new QStashUrlGroup(fields), cancellationToken).ConfigureAwait(false);

    /// <summary>Deletes a group; there need not be one. Messages that are on their way still arrive; later ones are refused.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        _calls.TrySendAsync(QStashCalls.Put(HttpMethod.Delete, Path(name)), cancellationToken);

    private static string Path(string name)
    {
        QStashName.ThrowIfInvalid(name);
        return "/v2/topics/" + name;
    }

    private Task SendAsync(HttpMethod method, string name, UrlGroupEndpoint[] endpoints, string parameterName, CancellationToken cancellationToken)
    {
        string path = Path(name) + "/endpoints";
        if (endpoints.Length == 0)
        {
            throw new ArgumentException("There is no endpoint.", parameterName);
        }

        byte[] body = QStashCalls.Json(json =>
        {
            json.WriteStartArray("endpoints");
            foreach (UrlGroupEndpoint endpoint in endpoints)
            {
                json.WriteStartObject();
                json.WriteString("url", endpoint.Url);
                if (endpoint.Name is { } endpointName)
                {
                    json.WriteString("name", endpointName);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        return _calls.SendAsync(QStashCalls.Put(method, path, body), cancellationToken);
    }
}
