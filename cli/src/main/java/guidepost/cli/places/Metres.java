package guidepost.cli.places;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Distances as people write and read them.
public final class Metres implements ITypeConverter<Double> {

  private static final double KILOMETRE = 1_000;
  private static final double EXACT_BELOW = 10 * KILOMETRE;

  /// Reads metres, or with `km` behind them kilometres.
  @Override
  public Double convert(String text) {
    String number = text.strip();
    boolean kilometres = number.endsWith("km");
    number = kilometres ? number.substring(0, number.length() - 2).strip() : number;
    number =
        !kilometres && number.endsWith("m") ? number.substring(0, number.length() - 1) : number;
    if (!number.matches("\\d{1,9}(\\.\\d{1,9})?")) {
      throw new TypeConversionException(
          "distance \"%s\": must be metres, like 200 or 1.5km".formatted(text.strip()));
    }
    return Double.parseDouble(number) * (kilometres ? KILOMETRE : 1);
  }

  /// Metres below 10 km, kilometres from there on.
  public static String text(double metres) {
    return metres < EXACT_BELOW
        ? String.format(Locale.ROOT, "%.0f m", metres)
        : String.format(Locale.ROOT, "%.1f km", metres / KILOMETRE);
  }

  /// To the millimetre, for programs.
  public static double rounded(double metres) {
    return Math.rint(metres * KILOMETRE) / KILOMETRE;
  }
}
