// Microsoft.Azure.Functions.Worker.Sdk 2.1.0, https://learn.microsoft.com/azure/azure-functions/dotnet-isolated-process-guide#core-packages
// Build-only: targets and source generators, nothing to compile against.
