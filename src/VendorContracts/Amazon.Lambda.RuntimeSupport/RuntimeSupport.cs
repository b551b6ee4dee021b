// Amazon.Lambda.RuntimeSupport 2.1.2, https://github.com/aws/aws-lambda-dotnet/tree/master/Libraries/src/Amazon.Lambda.RuntimeSupport
using Amazon.Lambda.Core;

namespace Amazon.Lambda.RuntimeSupport;

public class LambdaBootstrapBuilder
{
    private LambdaBootstrapBuilder()
    {
    }

    public static LambdaBootstrapBuilder Create(Func<Stream, ILambdaContext, Task<Stream>> handler) => throw Contract.Only();

    public LambdaBootstrap Build() => throw Contract.Only();
}

public class LambdaBootstrap : IDisposable
{
    private LambdaBootstrap()
    {
    }

    public Task RunAsync(CancellationToken cancellationToken = default) => throw Contract.Only();

    public void Dispose() => throw Contract.Only();
}
