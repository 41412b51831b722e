package guidepost.guide.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.feeds.InvalidFeedException;
import org.junit.jupiter.api.Test;

class FeatureTableTest {

  @Test
  void otherColumnsAreKeptAsAttributes() throws Exception {
    assertThat(
            Feeds.rows(
                """
                name\tlatitude\tlongitude\tcountry\tnote
                Vila\t42.53176\t1.56654\tAD\t
                The "Old" Inn\t-33.5\t-180\t\tclosed
                """))
        .containsExactly(
            "2: |Vila||42.5317600,1.5665400|{country=AD}",
            "3: |The \"Old\" Inn||-33.5000000,-180.0000000|{note=closed}");
  }

  @Test
  void shortNamesIdAndCategoryAreKnownInAnyOrderAndCase() throws Exception {
    assertThat(Feeds.rows("ID,Lng,LAT,category,Name\nf1,2,1,fuel,\"A, B\"\n"))
        .containsExactly("2: f1|A, B|fuel|1.0000000,2.0000000|{}");
  }

  @Test
  void columnsMayBeChosen() throws Exception {
    FeatureColumns columns = new FeatureColumns("title", "y", "x", "key", "kind");

    assertThat(Feeds.rows("key,title,y,x,kind,name\n7,Mill,1,2,ruin,old\n", columns))
        .containsExactly("2: 7|Mill|ruin|1.0000000,2.0000000|{name=old}");
  }

  @Test
  void columnThatIsNotThereIsNamedWithThoseThatAre() {
    assertThatThrownBy(() -> Feeds.rows("name,lat\nMill,1\n"))
        .isInstanceOf(InvalidFeedException.class)
        .hasMessage(
            "header: there is no column longitude or lon or lng or long or x; the columns are name,"
                + " lat");
    assertThatThrownBy(
            () -> Feeds.rows("name,lat,lon\n", new FeatureColumns("", "", "", "key", "")))
        .hasMessage("header: there is no column key; the columns are name, lat, lon");
  }

  @Test
  void headerWithEmptyOrRepeatedNamesIsRefused() {
    assertThatThrownBy(() -> Feeds.rows("name,lat,lon,\n"))
        .hasMessage("header: column 4 has no name");
    assertThatThrownBy(() -> Feeds.rows("name,lat,lon,a,a\n"))
        .hasMessage("header: column \"a\" is there twice");
  }

  @Test
  void badRowIsRejectedAloneWithItsLine() throws Exception {
    assertThat(
            Feeds.rows(
                """
                name,lat,lon
                a,91,0
                b,48°8',0
                c,NaN,0
                d,1

                e,1,2
                """))
        .containsExactly(
            "2! latitude must be -90..90 degrees: 91.0",
            "3! latitude \"48°8'\": must be a number of degrees",
            "4! latitude \"NaN\": must be a number of degrees",
            "5! has 2 columns, must have 3 like the header; empty cells keep their separators",
            "7: |e||1.0000000,2.0000000|{}");
  }

  @Test
  void shouldReadSemicolonsDecimalCommasAndOtherNamesOfColumns() throws Exception {
    String row = "2: |A||46.1000000,8.1000000|{}";
    assertThat(Feeds.rows("name;latitude;longitude\nA;46.1;8.1\n")).containsExactly(row);
    assertThat(Feeds.rows("name;lat;long\r\nA;46,1;8,1\r\n")).containsExactly(row);
    assertThat(Feeds.rows("name,y,x\nA,\"46,1\",\"8,1\"\n")).containsExactly(row);
    assertThat(Feeds.rows("\ufeffsep=;\nname;y;x\nA;46,1;8,1\n"))
        .containsExactly("3: |A||46.1000000,8.1000000|{}");
    assertThat(Feeds.rows("sep=|\nname|y|x\n\nA|46,1|8.1\n"))
        .containsExactly("4: |A||46.1000000,8.1000000|{}");
    assertThat(Feeds.rows("name,lat,lon\nA,\"1,234,5\",1\n"))
        .containsExactly("2! latitude \"1,234,5\": must be a number of degrees");
  }

  @Test
  void shouldSayThatAQuoteMayNotBeClosed() throws Exception {
    assertThat(Feeds.rows("name,lat,lon\nA,1,2\n\"B,1,2\nC,1,2\n"))
        .containsExactly(
            "2: |A||1.0000000,2.0000000|{}",
            "3! has 1 columns, must have 3 like the header; is there a quote that is not closed?");
  }
}
