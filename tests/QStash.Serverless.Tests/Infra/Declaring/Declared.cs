using QStash.Serverless.Infra;

namespace QStash.Serverless.Tests.Infra.Declaring;

/// <summary>Declarations of a test, read for the app shop in production.</summary>
internal static class Declared
{
    internal static readonly InfraTarget Production = new(new ResourceScope("shop", "prod"), "https://shop.example.com");

    /// <summary>What code declares, which must be without mistakes.</summary>
    internal static InfraModel Model(Action<InfraBuilder> declare, InfraTarget? target = null) => Complete(target, declarations => declare(new InfraBuilder(declarations, "ShopInfra")));

    /// <summary>What the attributes of a class and its methods declare, which must be without mistakes.</summary>
    internal static InfraModel Model<T>(InfraTarget? target = null) => Complete(target, Attributes(typeof(T)));

    /// <summary>The texts of what is wrong with a declaration in code.</summary>
    internal static string[] Mistakes(Action<InfraBuilder> declare, InfraTarget? target = null) => [.. All(target, declarations => declare(new InfraBuilder(declarations, "ShopInfra"))).Select(static mistake => mistake.Message)];

    /// <summary>What is wrong with the attributes of a class and its methods.</summary>
    internal static IReadOnlyList<InfraMistake> Mistakes<T>(InfraTarget? target = null) => All(target, Attributes(typeof(T)));

    private static Action<Declarations> Attributes(Type type) =>
        declarations => DeclaringAttributes.Read(AssemblyMetadata.Of(type.Assembly).Class(type), declarations);

    private static InfraModel Complete(InfraTarget? target, Action<Declarations> declare)
    {
        Declarations declarations = new(target ?? Production);
        declare(declarations);
        InfraModel? model = declarations.Model();
        Assert.Empty(declarations.Mistakes);
        return model!;
    }

    private static IReadOnlyList<InfraMistake> All(InfraTarget? target, Action<Declarations> declare)
    {
        Declarations declarations = new(target ?? Production);
        declare(declarations);
        Assert.Null(declarations.Model());
        return declarations.Mistakes;
    }
}
