// How fast a log of commits is loaded, and what an offset costs in memory. Hidden: run it by its tag, with
// optimisation, on a machine that does nothing else:  klamm_broker_tests "[.measure]"
#include "tests/testing.h"

#include <fmt/format.h>
#include <malloc.h>

#include <ctime>

#include "base/random.h"
#include "broker/group/group_shard.h"
#include "tests/broker/group_fakes.h"

namespace klamm::broker::group::testing {
namespace {

struct Shape {
  const char* name;
  uint32_t groups;
  uint32_t topics;      // of each group
  uint32_t partitions;  // of each topic
  uint32_t run;         // partitions that are committed together
  size_t metadata = 0;
};

// Records one behind the other in one buffer, as in a log.
class Piece {
 public:
  void add(const CoordinatorRecord& record) {
    places_.push_back({bytes_.size(), record.key.size(), record.value->size()});
    bytes_.insert(bytes_.end(), record.key.begin(), record.key.end());
    bytes_.insert(bytes_.end(), record.value->begin(), record.value->end());
  }
  size_t load_into(GroupShard& shard, int64_t base) const {
    for (const Place& place : places_) {
      const ByteView key(bytes_.data() + place.at, place.key_size);
      const ByteView value(bytes_.data() + place.at + place.key_size, place.value_size);
      KLAMM_CHECK(shard.load({.key = key, .value = value, .offset = Offset{base++}}, Now{}));
    }
    return places_.size();
  }
  size_t size() const { return bytes_.size(); }

 private:
  struct Place {
    size_t at, key_size, value_size;
  };
  Bytes bytes_;
  std::vector<Place> places_;
};

Piece piece_of(const Shape& shape, Random& random, size_t count) {
  Piece piece;
  const std::string metadata(shape.metadata, 'm');
  for (size_t at = 0; at < count; at += shape.run) {
    const std::string group = fmt::format("consumers-of-payments-{:06}", random.below(shape.groups));
    const std::string topic = fmt::format("payments.events.v{}", random.below(shape.topics));
    const auto first = random.below(shape.partitions / shape.run) * shape.run;
    for (uint32_t next = 0; next < shape.run; ++next) {
      protocol::OffsetCommitValue value;
      value.offset = static_cast<int64_t>(at);
      value.commit_timestamp = 1'700'000'000'000;
      value.metadata = metadata;
      value.topic_id = Uuid::of(1, 2);
      piece.add(offset_commit_record({group, topic, static_cast<int32_t>(first + next)}, value));
    }
  }
  return piece;
}

// Of this thread, so that what else the machine does matters less.
double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void measure(const Shape& shape, size_t records) {
  constexpr size_t kPiece = 20'000;
  SeededRandom random(7);
  LogJournal journal;
  const GroupCoordinatorConfig config;
  const size_t before = mallinfo2().uordblks;
  GroupShard shard(config, random, journal);
  double seconds = 0;
  size_t loaded = 0, bytes = 0;
  while (loaded < records) {
    const Piece piece = piece_of(shape, random, kPiece);
    const double start = cpu_seconds();
    loaded += piece.load_into(shard, static_cast<int64_t>(loaded));
    seconds += cpu_seconds() - start;
    bytes += piece.size();
  }
  const size_t held = mallinfo2().uordblks - before;
  const size_t offsets = shard.offsets().all().size();
  WARN(fmt::format(
      "{}: {:.2f} million records/s, {:.0f} MB/s of keys and values; {} offsets, {:.0f} bytes "
      "each (groups included)",
      shape.name, 1e-6 * static_cast<double>(loaded) / seconds, 1e-6 * static_cast<double>(bytes) / seconds,
      offsets, static_cast<double>(held) / static_cast<double>(offsets)));
}

}  // namespace

TEST_CASE("loading ten million commits", "[.measure]") {
  constexpr size_t kRecords = 10'000'000;
  measure({"200 groups, 10 partitions at a time", 200, 3, 50, 10}, kRecords);
  measure({"10,000 groups, 10 partitions at a time", 10'000, 2, 10, 10}, kRecords);
  measure({"10,000 groups, one partition at a time", 10'000, 2, 10, 1}, kRecords);
  measure({"10,000 groups, 40 bytes of metadata", 10'000, 2, 10, 10, 40}, kRecords);
  measure({"1,000,000 offsets in 1,000 groups", 1'000, 10, 100, 10}, kRecords);
}

}  // namespace klamm::broker::group::testing
