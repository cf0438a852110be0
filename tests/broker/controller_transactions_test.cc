// Metadata transactions (KIP-868) that a power cut, a full disk or another controller left open: what a new
// leader makes of them.
#include "tests/testing.h"

#include <algorithm>
#include <numeric>

#include "base/logging.h"
#include "broker/controller/node_requests.h"
#include "broker/metadata/metadata_batch.h"
#include "protocol/record_batch_builder.h"
#include "tests/broker/metadata_records.h"
#include "tests/broker/quorum_node.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

const std::string kDirectory = "/d/__cluster_metadata-0";
const std::string kSegment = kDirectory + "/00000000000000000000.log";
const MetadataRecord kBegin = protocol::BeginTransactionRecord{};
const MetadataRecord kEnd = protocol::EndTransactionRecord{};
// A decision of more than one batch: a topic, and so many settings of it.
constexpr size_t kSettings = 300;
constexpr size_t kSettingSize = 30'000;

std::vector<Bytes> values_of(const std::vector<MetadataRecord>& records) {
  RecordList list{ClusterImage()};
  for (const MetadataRecord& record : records) list.add(record);
  return list.take();
}

struct Transactions : QuorumNode {
  Transactions() { set_log_level(LogLevel::kFatal); }

  // Appends a batch to the log, past the controller.
  void append(const std::vector<MetadataRecord>& records) {
    REQUIRE(driver->append(values_of(records), false).ok());
    settle();
  }
  // A log of these batches, as another controller may have left it.
  void plant(const std::vector<std::vector<MetadataRecord>>& batches) {
    Bytes log;
    Offset next{0};
    for (const auto& records : batches) {
      std::vector<VersionedRecord> versioned;
      for (const MetadataRecord& record : records) versioned.push_back({record, 0});
      const Bytes batch = encode_metadata_batch(next, Epoch{1}, 1000, versioned);
      log.insert(log.end(), batch.begin(), batch.end());
      next = next + static_cast<int64_t>(records.size());
    }
    disk.plant(kSegment, log);
  }
  // A decision of more than one batch.
  std::optional<ErrorCode> decide_much() {
    const std::string text(kSettingSize, 'x');
    std::vector<std::string> names;
    for (size_t i = 0; i < kSettings; ++i) names.push_back(std::to_string(i));
    std::vector<MetadataRecord> records = {topic("much", 77)};
    for (const std::string& name : names) {
      records.push_back(testing::config(ConfigResourceType::kTopic, "much", name, text));
    }
    return decide(values_of(records));
  }
  // What a decision is answered with; nothing, if it is not answered.
  std::optional<ErrorCode> decide(std::vector<Bytes> records) {
    std::optional<ErrorCode> answered;
    controller->perform({std::move(records)}, [&](ErrorCode code) { answered = code; });
    settle();
    return answered;
  }
  // One more decision works: it is answered, and the node sees it.
  void require_deciding() {
    const int64_t before = controller->pending().next_producer_id();
    REQUIRE(decide(decide_allocate_producer_ids(controller->view(), NodeId{1}, 0).decision.records) ==
            ErrorCode::kNone);
    REQUIRE(published.get()->next_producer_id() == before + kProducerIdBlockSize);
  }
  // The directory of `other`, when it is stopped, with the metadata log cut off at `size`, and no word of
  // what was synced.
  void continue_from(const QuorumNode& other, size_t size) {
    configure("controller.quorum.bootstrap.servers=127.0.0.1:9093\n");
    for (const std::string& path :
         {std::string("/d/meta.properties"), std::string("/d/bootstrap.checkpoint"),
          kDirectory + "/quorum-state", kDirectory + "/00000000000000000000-0000000000.checkpoint"}) {
      disk.plant(path, other.disk.content(path));
    }
    disk.plant(kSegment, ByteView(other.disk.content(kSegment)).first(size));
    start();
  }
  void lose_power(Random& odds) {
    stop();
    fsync.tasks.clear();
    disk.crash(odds);
    fatal.clear();
    start();
  }
  size_t settings_of_much() const { return published.get()->configs().of_topic("much").size(); }
  bool sees(std::string_view topic) const { return published.get()->topics().find(topic) != nullptr; }
  bool is_complete() const {
    return fatal.empty() && controller->is_active() &&
           published.get()->features().metadata_version().has_value();
  }
};

}  // namespace

TEST_CASE_METHOD(Transactions, "a transaction that its controller left open is undone by the next one") {
  standalone();
  start();
  append({kBegin, topic("half", 1)});
  append({partition(1, 0, {1})});
  restart();
  REQUIRE(is_complete());
  REQUIRE(controller->pending().topics().find("half") == nullptr);
  require_deciding();
  REQUIRE_FALSE(sees("half"));
  REQUIRE(decide_much() == ErrorCode::kNone);
  restart();
  REQUIRE(is_complete());
  REQUIRE((sees("much") && !sees("half")));
}

TEST_CASE_METHOD(Transactions, "what stands before the transaction in its batch is not undone with it") {
  standalone();
  start();
  append({topic("before", 2), kBegin, topic("half", 1)});
  restart();
  require_deciding();
  REQUIRE((sees("before") && !sees("half")));
}

TEST_CASE_METHOD(Transactions, "a bootstrap that was left open, as Kafka may leave it, is begun again") {
  standalone();
  plant({{kBegin, feature("metadata.version", 29)}, {feature("group.version", 1)}});
  start();
  REQUIRE(is_complete());
  REQUIRE(published.get()->features().metadata_version() == kMetadataVersionLatest);
  require_deciding();
  restart();
  REQUIRE(is_complete());
  REQUIRE(activity == "++");
}

TEST_CASE_METHOD(Transactions,
                 "a transaction in a metadata.version that has none is refused, with a remedy") {
  standalone();
  plant({{feature("metadata.version", 12)}, {kBegin, topic("half", 1)}});
  start();
  REQUIRE_FALSE(controller->is_active());
  REQUIRE(fatal.size() == 1);
  REQUIRE(fatal[0].find("metadata transaction at offset 1") != std::string::npos);
  REQUIRE(fatal[0].find("metadata.version 3.6-IV0 has no") != std::string::npos);
  REQUIRE(fatal[0].find("cut the metadata log off at offset 1") != std::string::npos);
}

TEST_CASE_METHOD(Transactions,
                 "a bootstrap that was left open is refused where it may not be a transaction") {
  configure("controller.quorum.bootstrap.servers=127.0.0.1:9093\n");
  format({"-s", "-r", "3.5"});
  plant({{kBegin, feature("metadata.version", 11)}});
  start();
  REQUIRE_FALSE(controller->is_active());
  REQUIRE(fatal.size() == 1);
  REQUIRE(fatal[0].find("the metadata.version in bootstrap.checkpoint has no transactions") !=
          std::string::npos);
}

TEST_CASE_METHOD(Transactions, "no snapshot is taken inside of a transaction") {
  standalone();
  config->metadata_log.bytes_between_snapshots_max = 1;
  start();
  append({topic("before", 2)});
  REQUIRE(driver->log().latest_snapshot()->offset == driver->log().end().offset);
  const raft::SnapshotId before = *driver->log().latest_snapshot();
  append({kBegin, topic("half", 1)});
  append({partition(1, 0, {1})});
  REQUIRE(driver->log().latest_snapshot() == before);
  append({kEnd});
  REQUIRE(driver->log().latest_snapshot()->offset == driver->log().end().offset);
}

TEST_CASE_METHOD(Transactions, "a snapshot after a transaction that was undone has nothing of it") {
  standalone();
  config->metadata_log.bytes_between_snapshots_max = 1;
  start();
  append({kBegin, topic("half", 1)});
  restart();
  require_deciding();
  REQUIRE(driver->log().latest_snapshot()->offset == driver->log().end().offset);
  restart();
  REQUIRE(is_complete());
  REQUIRE_FALSE(sees("half"));
}

TEST_CASE_METHOD(Transactions, "a transaction that was undone is behind a snapshot soon, for Kafka's sake") {
  standalone();
  start();
  append({kBegin, topic("half", 1)});
  restart();
  REQUIRE(driver->log().latest_snapshot().has_value());
  REQUIRE(driver->log().latest_snapshot()->offset == driver->log().end().offset);
}

TEST_CASE_METHOD(Transactions, "without transactions, what is more than a batch is refused as a whole") {
  configure("controller.quorum.bootstrap.servers=127.0.0.1:9093\n");
  format({"-s", "-r", "3.5"});
  start();
  const Offset end = controller->next_offset();
  REQUIRE(decide_much() == ErrorCode::kPolicyViolation);
  REQUIRE(controller->pending().topics().find("much") == nullptr);
  REQUIRE(controller->next_offset() == end);
  require_deciding();
}

TEST_CASE_METHOD(Transactions,
                 "a disk that fills up between the batches of a decision leaves nothing of it") {
  standalone();
  // Both batches in one segment, and so in one write; or each in its own.
  const bool one_write = GENERATE(true, false);
  if (!one_write) config->metadata_log.segment_size_max = (8 << 20) + (64 << 10);
  start();
  disk.inject({.operation = sim::DiskOperation::kWrite,
               .path_part = ".log",
               .skip = one_write ? 0u : 1u,
               .code = ENOSPC});
  REQUIRE_FALSE(decide_much().has_value());
  REQUIRE(fatal.size() == 1);
  REQUIRE_FALSE(sees("much"));
  disk.clear_faults();
  fatal.clear();
  restart();
  REQUIRE(controller->pending().topics().find("much") == nullptr);
  require_deciding();
  REQUIRE(decide_much() == ErrorCode::kNone);
  restart();
  REQUIRE((is_complete() && sees("much")));
}

TEST_CASE_METHOD(Transactions,
                 "after a power cut at any byte of a transaction all of it is there, or nothing") {
  standalone();
  start();
  const size_t before = disk.content(kSegment).size();
  append({kBegin, topic("all", 1)});
  append({partition(1, 0, {1})});
  append({partition(1, 1, {1}), kEnd});
  stop();
  const size_t whole = disk.content(kSegment).size();
  for (size_t size = before; size <= whole; ++size) {
    INFO("cut at byte " << size << " of " << whole);
    Transactions cut;
    cut.continue_from(*this, size);
    REQUIRE(cut.sees("all") == (size == whole));
    cut.require_deciding();
    cut.restart();
    REQUIRE(cut.is_complete());
    cut.require_deciding();
    REQUIRE(cut.sees("all") == (size == whole));
  }
}

TEST_CASE("after a power cut at any time a decision of many batches is there whole, or nothing of it") {
  for (uint64_t seed = 1; seed <= 24; ++seed) {
    INFO("seed " << seed);
    SeededRandom odds(seed);
    Transactions node;
    node.standalone();
    node.start();
    // In the first of the two batches, or behind it; what was written by then is mostly there.
    constexpr size_t kFirst = 8 << 20;
    const bool in_first = odds.below(4) == 0;
    node.disk.cut_after_bytes(in_first ? odds.below(kFirst)
                                       : kFirst + odds.below(kSettings * kSettingSize - kFirst));
    REQUIRE_FALSE(node.decide_much().has_value());
    sim::CrashOdds mostly_all_alike;
    mostly_all_alike.uniform_percent = 80;
    node.disk.set_odds(mostly_all_alike);
    node.lose_power(odds);
    node.require_deciding();
    const size_t settings = node.settings_of_much();
    REQUIRE((settings == 0 || settings == kSettings));
    REQUIRE(node.sees("much") == (settings > 0));
    node.restart();
    REQUIRE(node.is_complete());
    REQUIRE(node.settings_of_much() == settings);
    node.require_deciding();
  }
}
