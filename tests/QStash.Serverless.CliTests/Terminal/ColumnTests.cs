using QStash.Serverless.Cli;
using Spectre.Console;

namespace QStash.Serverless.CliTests.Terminal;

/// <summary>Tables on a terminal of 80 columns.</summary>
public sealed class ColumnTests
{
    [Fact]
    public void WhatNamesALine_CanBeCopied()
    {
        const string Id = "1725323658779-0";
        Table table = Column<string>.Table(
            [Id],
            [
                new("DEAD LETTER", static id => id),
                new("MESSAGE", static _ => "msg_26hZCxZCuWyyTWPmSVBrNB882AXRBUsXJwEeWGHx4Z9"),
                new("CREATED", static _ => "2026-11-22 05:41:39"),
                new("STATUS", static _ => "500", IsNumber: true),
                new("DESTINATION", static _ => "https://shop.example.com/orders/of/today"),
                new("ANSWER", static _ => "out of paper, and nobody there to bring some before noon"),
            ],
            isTerminal: true);
        using StringWriter text = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 80;

        console.Write(table);

        Assert.Contains(Id, text.ToString(), StringComparison.Ordinal);
        Assert.All(text.ToString().Split('\n'), static line => Assert.True(line.Length <= 80, line));
    }
}
