using Company.Shop;
using QStash.Serverless;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.AddQStash().AddJson(OrdersJson.Default).AddClient();
builder.Services.AddQStashLambdaHosting(LambdaEventSource.HttpApi);       // outside of Lambda: Kestrel

WebApplication app = builder.Build();
app.MapQStash<Order, OrderHandler>();
app.MapQStash<Receipt, ReceiptHandler>();
//#if (!NoInfra)
app.MapQStash<CloseDayHandler>();
//#endif
app.Run();
