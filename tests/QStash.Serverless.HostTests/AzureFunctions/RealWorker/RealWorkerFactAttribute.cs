namespace QStash.Serverless.HostTests.AzureFunctions.RealWorker;

/// <summary>A test that drives the vendor's own worker; it needs the sample app built against the vendor's packages.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealWorkerFactAttribute : FactAttribute
{
    public RealWorkerFactAttribute()
    {
        if (RealApp.Folder is null)
        {
            Skip = "set QSTASH_AZURE_APP to the output folder of tests/QStash.Serverless.AzureApp, built with -p:VendorPackages=true";
        }
    }
}
