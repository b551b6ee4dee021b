// Microsoft.Azure.Functions.Worker.Core 2.52.0, https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker
using System.Collections;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker
{
    public interface IFunctionsWorkerApplicationBuilder
    {
        IServiceCollection Services { get; }

        IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware);
    }

    public class WorkerOptions
    {
        public InputConverterCollection InputConverters { get; } = new();

        public IDictionary<string, string> Capabilities { get; } = new Dictionary<string, string>();
    }

    public sealed class InputConverterCollection : IEnumerable<Type>
    {
        private readonly List<Type> _types = [];

        public void Register<T>()
            where T : IInputConverter => _types.Add(typeof(T));

        public void RegisterAt<T>(int index)
            where T : IInputConverter => _types.Insert(index, typeof(T));

        public void Clear() => _types.Clear();

        public IEnumerator<Type> GetEnumerator() => _types.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

namespace Microsoft.Azure.Functions.Worker.Middleware
{
    public delegate Task FunctionExecutionDelegate(FunctionContext context);

    public interface IFunctionsWorkerMiddleware
    {
        Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
    }
}

namespace Microsoft.Extensions.Hosting
{
    using Microsoft.Azure.Functions.Worker;

    public static class MiddlewareWorkerApplicationBuilderExtensions
    {
        public static IFunctionsWorkerApplicationBuilder UseMiddleware<T>(this IFunctionsWorkerApplicationBuilder builder)
            where T : class, IFunctionsWorkerMiddleware => throw Contract.Only();

        public static IFunctionsWorkerApplicationBuilder UseWhen<T>(this IFunctionsWorkerApplicationBuilder builder, Func<FunctionContext, bool> predicate)
            where T : class, IFunctionsWorkerMiddleware => throw Contract.Only();
    }
}

namespace Microsoft.Azure.Functions.Worker.Core
{
    public abstract class WorkerExtensionStartup
    {
        public abstract void Configure(IFunctionsWorkerApplicationBuilder applicationBuilder);
    }

    [AttributeUsage(AttributeTargets.Assembly, Inherited = false, AllowMultiple = true)]
    public class WorkerExtensionStartupAttribute : Attribute
    {
        public WorkerExtensionStartupAttribute(Type startupType) => StartupType = startupType ?? throw new ArgumentNullException(nameof(startupType));

        public Type StartupType { get; }
    }
}
