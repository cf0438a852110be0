// What tools are told to do when a broker of the target's answers them, and how an input becomes its answers,
// and the reverse for seeds:
//
//   u8 which of the runs, u8 how old the broker's versions are, u8 ToolInputBits, and for each request but
//   those for versions: u8 ToolAnswerBits, u16 size, the answer's body.
//
// Behind the last of them the broker closes every connection.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace klamm::cli {

enum ToolInputBits : uint8_t {
  kOwnVersions = 1,  // requests for versions are answered out of the input, too
};

enum ToolAnswerBits : uint8_t {
  kRaw = 1,            // the bytes as they are, without a frame around them, and the end
  kOtherQuestion = 2,  // with the number of another request
  kCloses = 4,         // and the connection is closed behind it
  kInPieces = 8,
};

struct ToolRun {
  std::string_view tool;
  std::vector<std::string_view> words;  // and --bootstrap-server before them
  bool is_native = false;
};

inline const std::vector<ToolRun>& tool_runs() {
  static const std::vector<ToolRun> runs = {
      {"kafka-topics", {"--list"}},
      {"kafka-topics", {"--describe"}},
      {"kafka-topics", {"--describe", "--json"}, true},
      {"kafka-consumer-groups", {"--list"}},
      {"kafka-consumer-groups", {"--describe", "--all-groups"}},
      {"kafka-consumer-groups", {"--describe", "--all-groups", "--json"}, true},
      {"kafka-configs", {"--describe", "--entity-type", "topics", "--entity-name", "t"}},
      {"kafka-get-offsets", {}},
      {"kafka-log-dirs", {"--describe"}},
      {"kafka-metadata-quorum", {"describe", "--status"}},
      {"kafka-metadata-quorum", {"describe", "--replication"}},
      {"kafka-acls", {"--list"}},
      {"kafka-console-consumer",
       {"--topic", "t", "--from-beginning", "--max-messages", "5", "--timeout-ms", "1000"}},
      {"kafka-console-consumer",
       {"--topic", "t", "--group", "g", "--from-beginning", "--max-messages", "5", "--timeout-ms", "1000"}},
      {"kafka-console-producer", {"--topic", "t"}},
      {"kafka-broker-api-versions", {}},
      {"kafka-features", {"describe"}},
      {"kafka-groups", {"--list"}},
      {"kafka-client-metrics", {"--list"}},
      {"kafka-leader-election", {"--all-topic-partitions", "--election-type", "preferred"}},
      {"kafka-reassign-partitions", {"--list"}},
  };
  return runs;
}

struct ToolAnswer {
  uint8_t how = 0;
  ByteView body{};
};

inline ToolAnswer take_tool_answer(ByteView& rest) {
  const size_t size = std::min<size_t>(load_be16(rest.data() + 1), rest.size() - 3);
  const ToolAnswer answer{rest[0], rest.subspan(3, size)};
  rest = rest.subspan(3 + size);
  return answer;
}
inline bool has_tool_answer(ByteView rest) { return rest.size() >= 3; }

inline void write_tool_answer(Bytes& out, uint8_t how, ByteView body) {
  out.push_back(how);
  out.push_back(static_cast<uint8_t>(body.size() >> 8));
  out.push_back(static_cast<uint8_t>(body.size()));
  out.insert(out.end(), body.begin(), body.end());
}

}  // namespace klamm::cli
