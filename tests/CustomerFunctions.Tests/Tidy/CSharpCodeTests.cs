namespace CustomerFunctions.Tests.Tidy;

public sealed class CSharpCodeTests
{
    [Theory]
    [InlineData("a // b\nc", "a     \nc")]
    [InlineData("a /* b\n */ c", "a     \n    c")]
    [InlineData("a \"b \\\" c\" d", "a          d")]
    [InlineData("a @\"b\"\"c\\\" d", "a          d")]
    [InlineData("a '\"' b", "a     b")]
    [InlineData("a '\\'' b", "a      b")]
    [InlineData("a \"\"\"b \" c\"\"\" d", "a             d")]
    [InlineData("a $\"b {c(\"d\")} }} e\" f", "a                    f")]
    [InlineData("a $\"{b:x} \\\" c\" d", "a               d")]
    [InlineData("a / b", "a / b")]
    public void Comments_and_strings_are_blanked_in_place(string text, string code) =>
        Assert.Equal(code, CSharpCode.Bare(text));

    [Fact]
    public void Every_file_keeps_its_length_and_its_braces_match()
    {
        foreach (var file in Repository.Sources("functions", "local", "tests"))
        {
            Assert.Equal(file.Text.Length, file.Code.Length);
            Assert.True(file.Code.Count(c => c == '{') == file.Code.Count(c => c == '}'), file.Path);
        }
    }
}
