using System.Text.Json.Nodes;

namespace QStash.Serverless.Tests.Deploy;

/// <summary>The workflow that users copy, and the repository's own.</summary>
public sealed class WorkflowTests
{
    private const string OwnBranchesOnly = "github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository";

    public static TheoryData<string> Workflows => [DeployFiles.GitHub, DeployFiles.Ci, DeployFiles.Release];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Workflow_MayOnlyReadAndOnlyThePlanMayComment(string file)
    {
        JsonObject workflow = Read(file);
        Assert.Equal("""{"contents":"read"}""", workflow["permissions"]?.ToJsonString());
        Assert.All(Jobs(workflow), static job => Assert.Equal(
            job.Key == "plan" ? """{"contents":"read","pull-requests":"write"}""" : null, job.Value!["permissions"]?.ToJsonString()));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Workflow_NeverRunsAForksCodeWithTheRepositorysRights(string file)
    {
        Assert.DoesNotContain("pull_request_target", Read(file)["on"]!.AsObject().Select(static trigger => trigger.Key));
        Assert.DoesNotContain("workflow_run", Read(file)["on"]!.AsObject().Select(static trigger => trigger.Key));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Secret_ReachesOneStepOfAJobThatNoForkReaches(string file)
    {
        foreach ((string name, JsonNode? job) in Jobs(Read(file)))
        {
            (string Path, string Text)[] secrets = [.. DeployFiles.Texts(job).Where(static text => text.Text.Contains("secrets.", StringComparison.Ordinal))];
            Assert.All(secrets, static secret => Assert.Matches("^/steps/[0-9]+/env/[A-Z_]+$", secret.Path));
            Assert.True(secrets.Length < 2, name);
            if (secrets.Length > 0)
            {
                Assert.NotNull(job!["environment"]);
                Assert.True(
                    (string?)job["if"] is OwnBranchesOnly or "github.event_name == 'push'" or "github.event_name == 'schedule'" || !Read(file)["on"]!.AsObject().ContainsKey("pull_request"),
                    $"{name}: {job["if"]}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Script_GetsWhatOthersNameThroughItsEnvironmentOnly(string file) =>
        Assert.DoesNotContain("${{", string.Join('\n', Steps(file).Select(static step => (string?)step["run"])), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Action_IsPinnedAndKeepsNoCredentials(string file)
    {
        JsonObject[] actions = [.. Steps(file).Where(static step => step.ContainsKey("uses"))];
        Assert.NotEmpty(actions);
        Assert.All(actions, static action => Assert.Matches(@"^actions/[a-z-]+@v[0-9]+$", (string?)action["uses"]));
        Assert.All(
            actions.Where(static action => ((string?)action["uses"])!.StartsWith("actions/checkout@", StringComparison.Ordinal)),
            static checkout => Assert.Equal("false", (string?)checkout["with"]?["persist-credentials"]));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Job_EndsByItself(string file) => Assert.All(Jobs(Read(file)), static job => Assert.InRange(int.Parse((string)job.Value!["timeout-minutes"]!), 1, 90));

    [Fact]
    public void Apply_RunsOnMainOnlyOneAtATimeBehindAnEnvironment()
    {
        JsonObject workflow = Read(DeployFiles.GitHub);
        JsonNode apply = workflow["jobs"]!["apply"]!;

        Assert.Equal("""{"branches":["main"]}""", workflow["on"]!["push"]!.ToJsonString());
        Assert.Equal(("github.event_name == 'push'", "production"), ((string?)apply["if"], (string?)apply["environment"]));
        Assert.Equal("""{"group":"qstash-apply","cancel-in-progress":"false"}""", apply["concurrency"]!.ToJsonString());
    }

    [Fact]
    public void Plan_OfTwoPullRequestsDoesNotWaitAndIsNotApplied()
    {
        JsonNode plan = Read(DeployFiles.GitHub)["jobs"]!["plan"]!;

        Assert.Contains("github.event.pull_request.number", (string?)plan["concurrency"]!["group"], StringComparison.Ordinal);
        Assert.DoesNotContain("apply", plan["steps"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AzureDevOps_PlansPullRequestsAndAppliesMain()
    {
        JsonArray stages = Read(DeployFiles.AzureDevOps)["stages"]!.AsArray();

        Assert.Equal(["Plan", "Apply"], stages.Select(static stage => (string?)stage!["stage"]));
        Assert.Contains("System.PullRequest.IsFork", (string?)stages[0]!["condition"], StringComparison.Ordinal);
        Assert.Contains("refs/heads/main", (string?)stages[1]!["condition"], StringComparison.Ordinal);
        Assert.Equal(("sequential", "production"), ((string?)stages[1]!["lockBehavior"], (string?)stages[1]!["jobs"]![0]!["environment"]));
        Assert.All(
            DeployFiles.Texts(stages).Where(static text => text.Path.Contains("TOKEN", StringComparison.OrdinalIgnoreCase)),
            static token => Assert.Equal("$(QStashToken)", token.Text));
    }

    [Fact]
    public void Release_PacksWithTheVendorsPackagesOnlyAndPublishesTagsOnly()
    {
        JsonObject workflow = Read(DeployFiles.Release);
        string[] packs = [.. Steps(DeployFiles.Release).SelectMany(static step => ((string?)step["run"] ?? "").Split('\n')).Where(static line => line.Contains("dotnet pack", StringComparison.Ordinal))];

        Assert.Equal("""{"push":{"tags":["v[0-9]\u002B.[0-9]\u002B.[0-9]\u002B*"]}}""", workflow["on"]!.ToJsonString());
        Assert.Contains("-p:VendorPackages=true -p:QStashVersion=\"$VERSION\"", Assert.Single(packs), StringComparison.Ordinal);
        Assert.Equal(("pack", "packages"), ((string?)workflow["jobs"]!["publish"]!["needs"], (string?)workflow["jobs"]!["publish"]!["environment"]));
    }

    [Theory]
    [InlineData(DeployFiles.Ci)]
    [InlineData(DeployFiles.Release)]
    public void Repository_IsTestedByItsOneCommand(string file) => Assert.Contains(Steps(file), static step => ((string?)step["run"])?.Contains("bash .ci/run", StringComparison.Ordinal) == true);

    private static JsonObject Read(string file) => DeployFiles.Parse(DeployFiles.Text(file));

    private static JsonObject Jobs(JsonObject workflow) => workflow["jobs"]!.AsObject();

    private static IEnumerable<JsonObject> Steps(string file) => Jobs(Read(file)).SelectMany(static job => job.Value!["steps"]!.AsArray()).Select(static step => step!.AsObject());
}
