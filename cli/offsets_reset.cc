#include "cli/offsets_reset.h"

#include <fmt/format.h>

#include <limits>
#include <optional>

#include "cli/csv.h"
#include "cli/text.h"
#include "cli/time_text.h"

namespace klamm::cli {
namespace {

constexpr uint64_t kPlanSizeMax = 64 << 20;

std::string list_of(const std::vector<TopicPartition>& partitions) {
  std::vector<std::string> texts;
  for (const TopicPartition& partition : partitions) texts.push_back(partition.text());
  return joined(texts, ",");
}

class Reset {
 public:
  Reset(Client& client, const Options& options, const std::string& group)
      : client_(client), options_(options), group_(group), console_(client.session().console) {}

  Attempt<NewOffsets> plan() {
    auto partitions = scope();
    if (!partitions) return Error{partitions.error()};
    if (auto done = check(*partitions); !done) return Error{done.error()};
    return choose(*partitions);
  }

 private:
  using Partitions = std::vector<TopicPartition>;

  Attempt<Partitions> scope() {
    if (options_.has("all-topics")) {
      auto committed = committed_offsets(client_, group_);
      if (!committed) return thrown_on(committed.error());
      Partitions partitions;
      for (const auto& [partition, offset] : *committed) partitions.push_back(partition);
      return partitions;
    }
    if (options_.has("topic")) return named_partitions();
    if (options_.has("from-file")) return Partitions();
    return wrong_usage("One of the reset scopes should be defined: --all-topics, --topic.");
  }

  Attempt<Partitions> named_partitions() {
    Partitions partitions;
    std::vector<std::string> whole;
    for (const std::string& text : options_.values("topic")) {
      if (text.find(':') == std::string::npos) {
        whole.push_back(text);
        continue;
      }
      auto parsed = parse_topic_partitions(text);
      if (!parsed) return parsed;
      partitions.insert(partitions.end(), parsed->begin(), parsed->end());
    }
    auto described = describe_topics(client_, whole);
    // Of this one Kafka's tool has taken the wrapping off.
    if (!described) return failed(described.error().message);
    for (const TopicDescription& topic : *described) {
      for (const auto& one : topic.partitions) partitions.push_back({topic.name, one.partition});
    }
    return partitions;
  }

  // Each is there, and has a leader.
  Attempt<> check(const Partitions& partitions) {
    std::vector<std::string> topics;
    for (const TopicPartition& partition : partitions) topics.push_back(partition.topic);
    auto described = describe_topics(client_, topics);
    if (!described) return thrown_on(described.error());
    std::map<TopicPartition, int32_t> leaders;
    for (const TopicDescription& topic : *described) {
      for (const auto& one : topic.partitions) {
        leaders[TopicPartition{topic.name, one.partition}] = one.leader;
      }
    }
    Partitions missing;
    Partitions leaderless;
    for (const TopicPartition& partition : partitions) {
      const auto found = leaders.find(partition);
      if (found == leaders.end()) {
        missing.push_back(partition);
      } else if (found->second < 0) {
        leaderless.push_back(partition);
      }
    }
    if (!missing.empty()) {
      return failed(fmt::format("The partitions \"{}\" do not exist", list_of(missing)));
    }
    if (!leaderless.empty()) {
      return failed(fmt::format("The partitions \"{}\" have no leader", list_of(leaderless)));
    }
    return {};
  }

  Attempt<NewOffsets> choose(const Partitions& partitions) {
    if (const auto offset = options_.number("to-offset")) {
      NewOffsets wanted;
      for (const TopicPartition& partition : partitions) wanted[partition] = *offset;
      return within_range(wanted);
    }
    if (options_.has("to-earliest")) return offsets_at(partitions, kEarliestOffset);
    if (options_.has("to-latest")) return offsets_at(partitions, kLatestOffset);
    if (const auto shift = options_.number("shift-by")) return shifted(partitions, *shift);
    if (const auto text = options_.value("to-datetime")) {
      const auto time = parse_datetime(*text);
      if (!time) {
        return failed(fmt::format("java.text.ParseException: Unparseable date: \"{}\"", *text));
      }
      return offsets_at_time(partitions, *time);
    }
    if (const auto text = options_.value("by-duration")) {
      const auto duration = parse_duration(*text);
      int64_t time = 0;
      if (!duration || __builtin_sub_overflow(client_.session().clock.wall_ms(), *duration, &time)) {
        return failed("Text cannot be parsed to a Duration");
      }
      return offsets_at_time(partitions, time);
    }
    if (options_.has("from-file")) return from_file();
    if (options_.has("to-current")) return current(partitions);
    return wrong_usage(
        "Option '[reset-offsets]' requires one of the following scenarios: [[to-offset], [shift-by], "
        "[to-datetime], [by-duration], [to-earliest], [to-latest], [to-current], [from-file]]");
  }

  // What ListOffsets says for that timestamp, or name of an offset; -1 where it says nothing.
  Attempt<NewOffsets> offsets_at(const Partitions& partitions, int64_t timestamp) {
    OffsetsWanted wanted;
    for (const TopicPartition& partition : partitions) wanted[partition] = timestamp;
    auto found = list_offsets(client_, wanted);
    if (!found) return thrown_on(found.error());
    NewOffsets offsets;
    for (const auto& [partition, offset] : *found) {
      if (!offset) return thrown_on(offset.error());
      offsets[partition] = offset->offset;
    }
    return offsets;
  }

  Attempt<NewOffsets> offsets_at_time(const Partitions& partitions, int64_t time) {
    auto offsets = offsets_at(partitions, time);
    if (!offsets) return offsets;
    Partitions empty;
    for (const auto& [partition, offset] : *offsets) {
      if (offset != -1) continue;
      console_.line("\nWarn: Partition {} from topic {} is empty. Falling back to latest known offset.",
                    partition.partition, partition.topic);
      empty.push_back(partition);
    }
    auto ends = offsets_at(empty, kLatestOffset);
    if (!ends) return ends;
    for (const auto& [partition, end] : *ends) (*offsets)[partition] = end;
    return offsets;
  }

  Attempt<NewOffsets> within_range(const NewOffsets& wanted) {
    Partitions partitions;
    for (const auto& [partition, offset] : wanted) partitions.push_back(partition);
    auto starts = offsets_at(partitions, kEarliestOffset);
    if (!starts) return starts;
    auto ends = offsets_at(partitions, kLatestOffset);
    if (!ends) return ends;
    NewOffsets offsets;
    for (const auto& [partition, offset] : wanted) {
      const int64_t start = (*starts)[partition];
      const int64_t end = (*ends)[partition];
      if (offset > end) {
        warn(partition, offset, "higher than latest", end);
        offsets[partition] = end;
      } else if (offset < start) {
        warn(partition, offset, "lower than earliest", start);
        offsets[partition] = start;
      } else {
        offsets[partition] = offset;
      }
    }
    return offsets;
  }

  void warn(const TopicPartition& partition, int64_t offset, std::string_view how, int64_t taken) {
    console_.error_line(
        "WARN New offset ({}) is {} offset for topic partition {}. Value will be set to {}", offset, how,
        partition.text(), taken);
  }

  Attempt<NewOffsets> shifted(const Partitions& partitions, int64_t shift) {
    auto committed = committed_offsets(client_, group_);
    if (!committed) return thrown_on(committed.error());
    NewOffsets wanted;
    for (const TopicPartition& partition : partitions) {
      const auto found = committed->find(partition);
      if (found == committed->end()) {
        return wrong_argument(
            fmt::format("Cannot shift offset for partition {} since there is no current committed offset",
                        partition.text()));
      }
      // Beyond the numbers there are it is beyond the log's ends, too.
      int64_t& offset = wanted[partition];
      if (__builtin_add_overflow(found->second.offset, shift, &offset)) {
        offset = shift < 0 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
      }
    }
    return within_range(wanted);
  }

  Attempt<NewOffsets> current(const Partitions& partitions) {
    auto committed = committed_offsets(client_, group_);
    if (!committed) return thrown_on(committed.error());
    NewOffsets offsets;
    Partitions without;
    for (const TopicPartition& partition : partitions) {
      const auto found = committed->find(partition);
      if (found == committed->end()) {
        without.push_back(partition);
      } else {
        offsets[partition] = found->second.offset;
      }
    }
    auto ends = offsets_at(without, kLatestOffset);
    if (!ends) return ends;
    offsets.insert(ends->begin(), ends->end());
    return offsets;
  }

  // Lines of topic,partition,offset, for the one group that is named, or with the group before them.
  Attempt<NewOffsets> from_file() {
    const std::string path = *options_.value("from-file");
    storage::DiskResult<Bytes> text = storage::read_file(client_.session().disk, path, kPlanSizeMax);
    if (!text) return failed(text.error().what);
    NewOffsets wanted;
    bool has_group = false;
    const size_t fewest = options_.values("group").size() == 1 ? 3 : 4;
    for (std::string_view line : split(as_text(*text), '\n')) {
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.empty()) continue;
      std::vector<std::string> fields = parse_csv_line(line);
      if (fields.size() < fewest) {
        return failed(fmt::format("{}: the line \"{}\" is not {}topic,partition,offset", path, line,
                                  fewest == 4 ? "group," : ""));
      }
      if (fields.size() == 4) {
        if (fields.front() != group_) continue;
        fields.erase(fields.begin());
      }
      const auto partition = fields.size() == 3 ? parse_int(trimmed(fields[1])) : std::nullopt;
      const auto offset = fields.size() == 3 ? parse_long(trimmed(fields[2])) : std::nullopt;
      if (!partition || !offset) {
        return failed(fmt::format("{}: the line \"{}\" is not topic,partition,offset", path, line));
      }
      has_group = true;
      wanted[TopicPartition{fields[0], *partition}] = *offset;
    }
    if (has_group) return within_range(wanted);
    console_.line("\nError: No reset plan for group {} found", group_);
    return NewOffsets();
  }

  Client& client_;
  const Options& options_;
  const std::string& group_;
  Console& console_;
};

}  // namespace

Error<ToolError> thrown_on(const ToolError& error) {
  return failed("java.util.concurrent.ExecutionException: " + exception_text(error));
}

Attempt<std::vector<TopicPartition>> parse_topic_partitions(std::string_view text) {
  const auto pieces = split(text, ':');
  if (pieces.size() != 2) {
    return wrong_argument(
        fmt::format("Invalid topic arg '{}', expected topic name and partitions", text));
  }
  std::vector<TopicPartition> partitions;
  for (const std::string_view piece : split(pieces[1], ',')) {
    const auto number = parse_int(piece);
    if (!number) {
      return wrong_argument(
          fmt::format("Invalid partition '{}' specified in topic arg '{}''", piece, text));
    }
    partitions.push_back({std::string(pieces[0]), *number});
  }
  return partitions;
}

Attempt<NewOffsets> reset_offsets(Client& client, const Options& options, const std::string& group) {
  auto offsets = Reset(client, options, group).plan();
  if (!offsets || !options.has("execute") || offsets->empty()) return offsets;
  auto done = commit_offsets(client, group, *offsets);
  if (!done) return failed(done.error().message);
  return offsets;
}

}  // namespace klamm::cli
