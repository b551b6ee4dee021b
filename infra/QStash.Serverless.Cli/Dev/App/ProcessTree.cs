using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace QStash.Serverless.Cli.Dev.App;

/// <summary>What a process has started, and what that has started: remembered, because a child whose parent has ended can no longer be found from it.</summary>
internal sealed class ProcessTree : IDisposable
{
    private readonly List<(Process Process, DateTime Started)> _processes = [];

    private ProcessTree()
    {
    }

    /// <summary>The processes below this one, now. Only Linux tells; elsewhere those that outlive their parent are not found.</summary>
    public static ProcessTree Below(Process root)
    {
        ProcessTree tree = new();
        if (!OperatingSystem.IsLinux())
        {
            return tree;
        }

        ILookup<int, int> children = Directory.EnumerateDirectories("/proc").Select(Identities).OfType<(int Id, int Parent)>().ToLookup(static process => process.Parent, static process => process.Id);
        Queue<int> parents = new([root.Id]);
        while (parents.TryDequeue(out int parent))
        {
            foreach (int child in children[parent])
            {
                parents.Enqueue(child);
                tree.Add(child);
            }
        }

        return tree;
    }

    /// <summary>Ends those that still live.</summary>
    public void Kill()
    {
        foreach ((Process process, DateTime started) in _processes)
        {
            try
            {
                // The id may belong to somebody else by now.
                if (!process.HasExited && process.StartTime == started)
                {
                    process.Kill();
                }
            }
            catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
            {
                // It has ended by itself.
            }
        }
    }

    public void Dispose() => _processes.ForEach(static entry => entry.Process.Dispose());

    private static (int Id, int Parent)? Identities(string folder)
    {
        if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id))
        {
            return null;
        }

        try
        {
            // "id (name) state parent ...": the name may hold spaces and brackets.
            string stat = File.ReadAllText(Path.Combine(folder, "stat"));
            string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return (id, int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Add(int id)
    {
        try
        {
            Process process = Process.GetProcessById(id);
            _processes.Add((process, process.StartTime));
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended meanwhile.
        }
    }
}
