package guidepost.cli.files;

import java.io.IOException;

/// Gives the rows of an import.
///
/// @param <O> operations
public interface RowSource<O> {

  /// Hands over every row, in order.
  ///
  /// @throws IOException if the text breaks off or is not what it should be
  void read(RowSink<O> sink) throws IOException;
}
