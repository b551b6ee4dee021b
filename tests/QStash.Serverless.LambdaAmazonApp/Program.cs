using Shop;

// Which of the ways to host; a real function has one. The class library and the annotated functions have no Main of their own: Lambda's runtime calls them.
await (args switch
{
    ["bootstrap"] => Bootstrap.RunAsync(),
    ["web", var source] => Web.RunAsync(source),
    _ => throw new InvalidOperationException("Run with 'bootstrap', or with 'web' and HttpApi, RestApi or ApplicationLoadBalancer."),
});
