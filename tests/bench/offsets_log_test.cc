#include "tests/testing.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "bench/load/offsets_log.h"
#include "protocol/messages/offset_commit_key.h"
#include "protocol/messages/offset_commit_value.h"
#include "protocol/record_batch_records.h"

using namespace klamm::bench;
using namespace klamm::protocol;
using klamm::Bytes;
using klamm::ByteView;
using klamm::Uuid;

namespace {

namespace fs = std::filesystem;

OffsetsLog log_of(int64_t keys) {
  return {.keys = keys, .topic = "orders", .topic_id = Uuid::of(7, 8), .batch_records = 10, .wall_ms = 1'000};
}

// group/topic/partition -> offset, of what stands in these bytes, the later over the earlier.
using Committed = std::map<std::string, int64_t>;

void read_batch(const BatchView& batch, Committed& committed) {
  REQUIRE(batch.crc_matches());
  REQUIRE(batch.leader_epoch() == klamm::Epoch{0});
  RecordCursor records(batch.records(), batch.record_count());
  while (const Record* record = records.next()) {
    REQUIRE(timestamp_of(batch, *record) == 1'000);
    Reader key_reader(*record->key);
    REQUIRE(key_reader.i16() == 1);
    OffsetCommitKey key;
    key.read(key_reader, 0);
    Reader value_reader(*record->value);
    OffsetCommitValue value;
    value.read(value_reader, value_reader.i16());
    REQUIRE((key_reader.ok() && value_reader.ok()));
    REQUIRE(value.topic_id == Uuid::of(7, 8));
    committed[std::string(key.group) + "/" + std::string(key.topic) + "/" + std::to_string(key.partition)] =
        value.offset;
  }
  REQUIRE(records.ok());
}

Committed committed_in(const Bytes& run) {
  Committed committed;
  BatchCursor batches(run);
  while (auto batch = batches.next()) read_batch(*batch, committed);
  REQUIRE(batches.end() == BatchCursor::End::kClean);
  return committed;
}

// A partition's folder, with what its node left there.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "klamm-offsets-log-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    for (const char* name :
         {"partition.metadata", "00000000000000000000.index", "00000000000000000003.snapshot"}) {
      std::ofstream(path_ / name) << "x";
    }
  }
  ~Folder() { fs::remove_all(path_); }
  std::string path() const { return path_.string(); }
  std::map<std::string, Bytes> files() const {
    std::map<std::string, Bytes> files;
    for (const auto& entry : fs::directory_iterator(path_)) {
      std::ifstream file(entry.path(), std::ios::binary);
      files[entry.path().filename().string()] = Bytes(std::istreambuf_iterator<char>(file), {});
    }
    return files;
  }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("a batch holds commits of Kafka's form, from the record on that it begins with") {
  Bytes batch = batch_at(log_of(0), 60);
  REQUIRE(BatchView(batch).base_offset() == klamm::Offset{60});
  REQUIRE(BatchView(batch).next_offset() == klamm::Offset{70});
  Committed committed = committed_in(batch);
  REQUIRE(committed.size() == 10);
  REQUIRE(committed.at("consumers-of-orders-00000001/orders/10") == 61);
  REQUIRE(committed.at("consumers-of-orders-00000001/orders/19") == 70);
}

TEST_CASE("keys come again in turn, and without a number of keys never") {
  REQUIRE(commit_at(log_of(1000), 999).group == "consumers-of-orders-00000019");
  REQUIRE(commit_at(log_of(1000), 1000).group == "consumers-of-orders-00000000");
  REQUIRE(commit_at(log_of(1000), 1000).offset == 1001);
  REQUIRE(commit_at(log_of(0), 1000).group == "consumers-of-orders-00000020");
}

TEST_CASE("segments take the place of the log, each named after its first offset and of whole batches") {
  Folder folder;
  const auto batch_size = static_cast<int64_t>(batch_at(log_of(25), 0).size());
  Written written = write_segments(log_of(25), folder.path(), 5 * batch_size, 2 * batch_size + 1);
  REQUIRE(written.records == 50);
  REQUIRE(written.bytes == 5 * batch_size);
  REQUIRE(written.segments == 3);
  auto files = folder.files();
  REQUIRE(files.size() == 4);
  REQUIRE(files.count("partition.metadata") == 1);
  Bytes all = files.at("00000000000000000000.log");
  for (const char* later : {"00000000000000000020.log", "00000000000000000040.log"}) {
    all.insert(all.end(), files.at(later).begin(), files.at(later).end());
  }
  Committed committed = committed_in(all);
  REQUIRE(committed.size() == 25);
  REQUIRE(committed.at("consumers-of-orders-00000000/orders/24") == 50);
}
