using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Profiles;

/// <summary>What people type, and whom it must find, through the index.</summary>
public sealed class SearchQualityTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    // id | name | email | phone
    private const string People = """
        zoe    | Zoë O'Brien                  | Zoe.Smith@Example.com        | +442079460123
        jean   | Jean-Luc Picard              | jean+news@starfleet.fr       | +33123456789
        lukasz | Łukasz Weiß                  | lukasz_w@gross.de            | +4915112345678
        taro   | 山田太郎                     | taro@yamada.jp               | +81312345678
        hanako | 山田 花子                    |                              |
        ivan   | Иван Петрович Сидоров        |                              |
        ahmad  | محمد الأحمد                  |                              |
        ibo    | İbrahim Işık                 | ibrahim@ornek.com.tr         | +905321234567
        aegir  | Ægir ﬁnn Œuvre               |                              |
        maria  | Anna María José García-López |                              | +34912345678
        ann    | Ann Lee                      | a.l.verylong@mail.example.uk | +12025550147
        nguyen | Nguyễn Thị Bích              |                              |
        kim    | 김철수                       |                              |
        yorgos | Γιώργος Ψαράς                |                              |
        ram    | राम कुमार                     |                              |
        dee    | D’Angelo d'Este              | 007.bond@mi6.example         |
        """;

    // typed | who is found, nobody else
    private const string Table = """
        zoe                     | zoe
        ZOË O                   | zoe
        o'br                    | zoe
        obrien                  | zoe
        O’Brien                 | zoe
        brien                   | -
        obrien zoe              | zoe
        zoe smyth               | -
        jean                    | jean
        luc                     | jean
        picard jean             | jean
        Jean-L                  | jean
        eanluc                  | -
        lukasz                  | lukasz
        Łuk                     | lukasz
        weiss                   | lukasz
        WEISS                   | lukasz
        weiß                    | lukasz
        山田                    | taro hanako
        山                      | taro hanako
        花子                    | hanako
        田                      | -
        иван                    | ivan
        ПЕТР                    | ivan
        сидоров иван            | ivan
        тров                    | -
        محمد                    | ahmad
        الاح                    | ahmad
        الأحمد                  | ahmad
        ibrahim                 | ibo
        İBRAHİM                 | ibo
        isik                    | ibo
        IŞIK                    | ibo
        ışık                    | ibo
        aegir                   | aegir
        finn                    | aegir
        œuv                     | aegir
        oeuvre                  | aegir
        jose                    | maria
        garcia lopez            | maria
        lopez anna              | maria
        garcialopez             | -
        nguyen thi              | nguyen
        bích                    | nguyen
        김                      | kim
        김철                    | kim
        ΓΙΏΡΓΟΣ                 | yorgos
        ψαρας                   | yorgos
        राम                      | ram
        कुमा                     | ram
        dangelo                 | dee
        d'este                  | dee
        zoe.smith@              | zoe
        smith                   | zoe
        zoe.smith@example.com   | zoe
        xample.com              | -
        example.com             | zoe
        @example.c              | zoe
        jean+news               | jean
        jean+news@starfleet.fr  | jean
        news                    | jean
        starfleet               | jean
        lukasz_w                | lukasz
        verylong                | ann
        a.l.very                | ann
        mail.example.uk         | ann
        007                     | dee
        bond                    | dee
        +44                     | zoe
        +44 20 7946             | zoe
        0044 207                | zoe
        020 7946                | zoe
        (020) 7946-0123         | zoe
        2079460123              | zoe
        0123                    | jean zoe
        7946                    | -
        +49                     | lukasz
        +33 1 23                | jean
        01 23 45 67 89          | jean
        6789                    | jean
        0151 123                | lukasz
        0532 123                | ibo
        +90 532 123 45 67       | ibo
        32123                   | -
        4567                    | ibo
        (202) 555-0147          | ann
        +1 202                  | ann
        5678                    | lukasz taro maria
        !                       | -
        zoe luc                 | -
        """;

    [Fact]
    public async Task Everybody_is_found_by_what_people_type_and_nobody_else_is()
    {
        var customers = new Customers(app);
        foreach (var cells in Rows(People))
            Assert.True((await customers.Writer.WriteAsync(
                new CustomerFunctions.Profiles.Storage.ProfileWrite(
                    AppEnvironment.Live, cells[0], Customers.NewChange(), null, _ => new Profile
                    {
                        Kind = ProfileKind.Guest,
                        Name = cells[1],
                        Email = cells[2].Length > 0 ? cells[2] : null,
                        Phone = cells[3].Length > 0 ? cells[3] : null,
                    }),
                Customers.Stop)).IsOk);

        var wrong = new List<string>();
        foreach (var cells in Rows(Table))
        {
            var wanted = cells[1] == "-" ? "" : cells[1];
            var found = (await customers.SearchAsync(cells[0])).ToHashSet();
            if (!found.SetEquals(wanted.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
                wrong.Add($"{cells[0]}: {string.Join(' ', found)} instead of {cells[1]}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(Rows(Table).Count() >= 40);
    }

    private static IEnumerable<string[]> Rows(string table) =>
        table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('|', StringSplitOptions.TrimEntries));
}
