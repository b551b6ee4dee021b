using System.ComponentModel;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using QStash.Serverless.AzureFunctions;

[assembly: WorkerExtensionStartup(typeof(QStashFunctionsStartup))]

namespace QStash.Serverless.AzureFunctions;

/// <summary>Run by the Functions SDK's generated code in every app that references this package: an app without <c>UseQStash()</c> is told so instead of running unverified.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class QStashFunctionsStartup : WorkerExtensionStartup
{
    /// <inheritdoc/>
    public override void Configure(IFunctionsWorkerApplicationBuilder applicationBuilder)
    {
        ArgumentNullException.ThrowIfNull(applicationBuilder);
        applicationBuilder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IFunctionMetadataTransformer, QStashMetadataTransformer>());
    }
}
