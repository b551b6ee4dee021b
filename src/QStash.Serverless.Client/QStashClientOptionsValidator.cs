using Microsoft.Extensions.Options;

namespace QStash.Serverless.Client;

[OptionsValidator]
internal sealed partial class QStashClientOptionsValidator : IValidateOptions<QStashClientOptions>;
