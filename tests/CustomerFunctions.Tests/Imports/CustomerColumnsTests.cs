using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Domain;

namespace CustomerFunctions.Tests.Imports;

public sealed class CustomerColumnsTests
{
    [Theory]
    [InlineData("Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
        + "Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags",
        "integrationId,firstName,lastName,email,consent.email,business.company,,phone,consent.sms,,,,,tags")]
    [InlineData("Email Address,First Name,Last Name,Address,Phone Number,Birthday,Tags,MEMBER_RATING,OPTIN_TIME",
        "email,firstName,lastName,,phone,,tags,,")]
    [InlineData("Reference ID,First Name,Last Name,Email Address,Phone Number,Nickname,Company Name,Birthday,Memo,"
        + "Square Customer ID,Email Subscription Status",
        ",firstName,lastName,email,phone,,business.company,,,integrationId,consent.email")]
    [InlineData("Name,Source_id,Description,Email,Phone,Address_line_1,City,Birthdate",
        "name,integrationId,,email,phone,,,dateOfBirth")]
    [InlineData("profileIntegrationID,title,target", "integrationId,title,")]
    [InlineData("First Name,Last Name,Email,Phone Number,Contact owner,Lifecycle Stage,Create Date",
        "firstName,lastName,email,phone,,,")]
    [InlineData("Name,Given Name,Family Name,Birthday,Notes,E-mail 1 - Value,Phone 1 - Value,Organization 1 - Name",
        "name,firstName,lastName,,,email,phone,business.company")]
    [InlineData("First Name,Middle Name,Last Name,E-mail Address,Mobile Phone,Company,Birthday",
        "firstName,,lastName,email,phone,business.company,")]
    [InlineData("Salutation,First Name,Last Name,Email,Phone,Account Name,Title,Mailing City",
        ",firstName,lastName,email,phone,business.company,title,")]
    [InlineData("Customer ID,Username,First name,Last name,Email,Billing Phone,City,Total spend,Order count",
        "integrationId,,firstName,lastName,email,phone,,,")]
    [InlineData("id,Email,Name,Description,Created (UTC),Total Spend", "integrationId,email,name,,,")]
    [InlineData("ID,Name,First Name,Last Name,Email,Status(1/0),Phone_Number,Date_Birth,Gender",
        "integrationId,name,firstName,lastName,email,,phone,dateOfBirth,gender")]
    [InlineData("Namn,E-post,Mobil", "name,email,phone")]
    [InlineData("Förnamn,Efternamn,E-post", "firstName,lastName,email")]
    [InlineData("email,EMAIL,,", "email,,,")]
    [InlineData("foo,bar", ",")]
    public void Headers_propose_fields(string headers, string fields) => Assert.Equal(
        fields, string.Join(',', CustomerColumns.Propose(headers.Split(','))));

    [Fact]
    public void The_template_maps_itself_and_holds_a_row_that_passes()
    {
        var rows = Csv.Read(CustomerFunctions.Imports.GetImportTemplate.Of(CustomerColumns.All));
        Assert.Equal(CustomerColumns.Template, CustomerColumns.Propose(rows[0]));
        var reader = new CustomerRowReader(
            new RowColumns(rows[0], CustomerColumns.Template), "GB", ImportMatch.Email,
            new DateOnly(2026, 3, 1), CustomerFunctions.Attributes.Domain.AttributeSchema.None);
        Assert.Null(reader.Read(rows[1]).Fault);
    }
}
