namespace QStash.Serverless.Infra;

/// <summary>Declares what the attributes of a class and its methods say.</summary>
internal static class DeclaringAttributes
{
    private const string Schedule = "QStash.Serverless.QStashScheduleAttribute";
    private const string Group = "QStash.Serverless.QStashUrlGroupAttribute";

    internal static void Read(ClassMetadata type, Declarations declarations)
    {
        Read(type.Name, type.Attributes(Schedule), type.Attributes(Group), () => declarations.Routes.Of(type), declarations);
        foreach (MethodMetadata method in type.Methods)
        {
            Read($"{type.Name}.{method.Name}", method.Attributes(Schedule), method.Attributes(Group), () => declarations.Routes.Of(method), declarations);
        }
    }

    private static void Read(string member, IEnumerable<AttributeMetadata> schedules, IEnumerable<AttributeMetadata> groups, Func<Destined> route, Declarations declarations)
    {
        foreach (AttributeMetadata attribute in schedules)
        {
            new ScheduleAttribute(attribute, declarations.At(attribute.Text(2) ?? "", attribute.Number(3), member), declarations).Declare(route());
        }

        foreach (AttributeMetadata attribute in groups)
        {
            DeclareEndpoint(attribute, declarations.At(attribute.Text(1) ?? "", attribute.Number(2), member), route(), declarations);
        }
    }

    private static void DeclareEndpoint(AttributeMetadata attribute, DeclaredAt at, Destined destined, Declarations declarations)
    {
        string name = attribute.Text(0) ?? "";
        bool shared = attribute.Flag("Shared");
        string subject = $"URL group '{name}'";
        if (declarations.PhysicalName(at, subject, name, shared) is not null)
        {
            UrlGroupBuilder group = declarations.UrlGroup(at, new UrlGroup(name) { Shared = shared });
            group.Add(declarations.Url(at, subject, destined, attribute.Text("Path")), attribute.Text("Endpoint") ?? destined.Name);
        }
    }
}
