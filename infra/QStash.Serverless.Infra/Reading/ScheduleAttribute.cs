using System.Text;

namespace QStash.Serverless.Infra;

/// <summary>Declares what one <see cref="QStashScheduleAttribute"/> says: what code would say to a <see cref="ScheduleBuilder"/>, with texts where code has values.</summary>
internal sealed class ScheduleAttribute(AttributeMetadata attribute, DeclaredAt at, Declarations declarations)
{
    private readonly string _name = attribute.Text(0) ?? "";

    private string Subject => $"Schedule '{_name}'";

    internal void Declare(Destined destined)
    {
        ScheduleBuilder schedule = declarations.Schedule(at, _name, attribute.Text(1) ?? "", attribute.Text("TimeZone"));
        schedule.To(declarations.Url(at, Subject, destined, attribute.Text("Path")));
        Given("Body", text => schedule.Body(Encoding.UTF8.GetBytes(text), "application/json"));
        Given("ContentType", text => schedule.ContentType(text));
        Given("Method", text => schedule.Method(HttpMethod.Parse(text)));
        if (attribute.Number("Retries") is { } retries and not -1)
        {
            schedule.Retries(retries);
        }

        Given("RetryDelay", text => schedule.RetryDelay(text));
        Given("Delay", text => schedule.Delay(QStashDuration.Parse(text)));
        Given("Timeout", text => schedule.Timeout(QStashDuration.Parse(text)));
        Given("Queue", text => schedule.Queue(text));
        Limit(schedule, attribute.Text("FlowControlKey"), attribute.Text("FlowControl"));
        Given("Label", text => schedule.Label(text.Split(',', StringSplitOptions.TrimEntries)));
        Given("Callback", text => schedule.Callback(text));
        Given("FailureCallback", text => schedule.FailureCallback(text));
    }

    private void Limit(ScheduleBuilder schedule, string? key, string? limits)
    {
        if (key is null != limits is null)
        {
            declarations.Wrong(at, $"{Subject}: FlowControlKey and FlowControl belong together: set both, as in FlowControlKey = \"shop\", FlowControl = \"parallelism=3\".");
        }
        else
        {
            Given("FlowControl", text => schedule.FlowControl(key!, FlowControlValue.Parse(text)));
        }
    }

    private void Given(string property, Action<string> say)
    {
        if (attribute.Text(property) is { } text)
        {
            declarations.Check(at, $"{Subject}: {property} '{text}': ", () => say(text));
        }
    }
}
