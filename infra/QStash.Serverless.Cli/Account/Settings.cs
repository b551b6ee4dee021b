namespace QStash.Serverless.Cli.Account;

/// <summary>Variables: of the env file first, then of the environment.</summary>
/// <param name="file">The path as given with <c>--env-file</c>; null without one.</param>
/// <param name="around">The environment.</param>
internal sealed class Settings(string? file, Surroundings around)
{
    private readonly IReadOnlyDictionary<string, string> _file = file is null ? new Dictionary<string, string>() : EnvFile.Read(around.PathOf(file), file);

    public bool IsInFile(string name) => !string.IsNullOrWhiteSpace(_file.GetValueOrDefault(name));

    /// <returns>The value; null when it is not set anywhere, or blank.</returns>
    public string? Read(string name) => IsInFile(name) ? _file[name] : around.Variable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    /// <summary>Where <see cref="Read"/> finds a variable, as error texts say it.</summary>
    public string Source(string name) => IsInFile(name) ? $"{name} of {file}" : $"the variable {name}";
}
