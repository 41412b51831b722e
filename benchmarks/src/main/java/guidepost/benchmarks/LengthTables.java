package guidepost.benchmarks;

import guidepost.routes.table.Address;
import guidepost.routes.table.Prefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The plain way: a hash table for each prefix length, asked from the longest on.
final class LengthTables {

  private final List<Integer> lengths;
  private final Map<Integer, Map<Address, Integer>> byLength = new TreeMap<>();

  LengthTables(List<Prefix> prefixes) {
    for (int i = 0; i < prefixes.size(); i++) {
      Prefix prefix = prefixes.get(i);
      byLength.computeIfAbsent(prefix.length(), any -> new HashMap<>()).put(prefix.address(), i);
    }
    lengths = new ArrayList<>(byLength.keySet()).reversed();
  }

  @Nullable Integer longest(Address address) {
    for (int length : lengths) {
      Address network = Prefix.covering(address, length).address();
      Integer found = byLength.getOrDefault(length, Map.of()).get(network);
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
