namespace QStash.Serverless.Infra;

/// <summary>
/// Declares schedules, URL groups, queues and flow-control pins in code. <c>dotnet qstash plan</c> makes an instance of every class of the app that implements this,
/// with its parameterless constructor, and calls <see cref="Declare"/>; nothing else of the app runs.
/// </summary>
public interface IQStashInfra
{
    /// <summary>Declares. The same declaration serves every environment: what differs comes from <see cref="InfraBuilder.Scope"/> and <see cref="InfraBuilder.BaseUrl"/>.</summary>
    /// <param name="infra">Takes the declarations. Mistakes in them are collected, not thrown.</param>
    void Declare(InfraBuilder infra);
}
