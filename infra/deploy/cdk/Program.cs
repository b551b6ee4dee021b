using Amazon.CDK;
using QStash.Deploy;

App app = new();
string Setting(string name, string fallback) => app.Node.TryGetContext(name) as string is { Length: > 0 } value ? value : fallback;

string publicBaseUrl = Setting("publicBaseUrl", "");
_ = new QStashFunctionStack(app, "QStashFunction", new QStashFunction(
    App: Setting("app", "shop"),
    Env: Setting("env", "prod"),
    SecretName: Setting("secret", "qstash"),
    QStashUrl: Setting("qstashUrl", "https://qstash.upstash.io"),
    PublicBaseUrl: publicBaseUrl.Length > 0 ? publicBaseUrl : null,
    Handler: Setting("handler", "Shop"),
    CodeFolder: Setting("code", "publish")));
app.Synth();
