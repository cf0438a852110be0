// A shard of letters on a real partition over the simulated disk, its host, and the verbs of their tests.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "broker/coordinator/shard_host.h"
#include "protocol/record_batch_builder.h"
#include "protocol/record_batch_control.h"
#include "tests/broker/partition_fixture.h"

namespace klamm::broker::testing {

// Its state is the keys that the log holds, in their order; "-" before a tombstone. Those of a transaction
// count when it is committed. A key "?" cannot be read.
struct LetterShard final : CoordinatorShard {
  explicit LetterShard(Journal& journal) : journal(journal) {}

  bool load(const CoordinatorRecordView& record, Now) override {
    if (as_text(record.key) == "?") return false;
    loaded_offsets += (loaded_offsets.empty() ? "" : " ") + std::to_string(record.offset.value);
    add(record);
    return true;
  }
  void end_transaction(int64_t producer_id, bool committed) override {
    if (committed) state += open[producer_id];
    open.erase(producer_id);
  }
  void on_loaded(Now) override { state += "|"; }
  void apply(const CoordinatorRecordView& record) override {
    applied_offsets += (applied_offsets.empty() ? "" : " ") + std::to_string(record.offset.value);
    add(record);
  }
  void add(const CoordinatorRecordView& record) {
    std::string& to = record.producer_id >= 0 ? open[record.producer_id] : state;
    to += (record.value ? "" : "-") + std::string(as_text(record.key));
  }
  void tick(Now now) override {
    ticks.push_back(now.monotonic_ms);
    deadline_ms = INT64_MAX;
  }
  int64_t next_deadline_ms() const override { return deadline_ms; }
  void resign() override { state += "."; }

  Journal& journal;
  std::string state, loaded_offsets, applied_offsets;
  std::map<int64_t, std::string> open;
  std::vector<int64_t> ticks;
  int64_t deadline_ms = INT64_MAX;
};

inline CoordinatorRecord letter(std::string_view key, size_t value_size = 3) {
  return {Bytes(key.begin(), key.end()), Bytes(value_size, 'v')};
}

struct CoordinatorFixture : PartitionFixture {
  CoordinatorFixture() { workers.inline_now = true; }
  // What waits for a commit holds the host, which holds the partition.
  ~CoordinatorFixture() { partition->stop(); }

  void make_host(int32_t epoch = 1) {
    host = std::make_shared<ShardHost>(ShardHost::Uses{clock, workers, loop}, config, partition, Epoch{epoch},
                                       [this](Journal& journal) {
                                         auto made = std::make_unique<LetterShard>(journal);
                                         shard = made.get();
                                         return made;
                                       });
    host->start();
  }
  // A step that writes one record for each letter, all together; answered with `name` when that is committed,
  // and "name!code" when it is not to be.
  void write(std::string_view letters, char name, ShardHost::Step step = ShardHost::Step::kOrdered) {
    host->run(step, [this, letters, name](Outcome<ShardHost::Turn> turn) {
      if (!turn) return answer(name, turn.error());
      seen += std::string(1, name) + ":" + shard->state + " ";
      write_in_turn(letters, name);
    });
  }
  void write_in_turn(std::string_view letters, char name) {
    std::vector<CoordinatorRecord> records;
    for (char one : letters) records.push_back(letter({&one, 1}));
    shard->journal.write(std::move(records), [this, name](ErrorCode code, Now) { answer(name, code); });
  }
  void commit(std::string_view letters, char name) { write(letters, name, ShardHost::Step::kIndependent); }
  void answer(char name, ErrorCode code) {
    answers += name;
    if (code != ErrorCode::kNone) answers += "!" + std::to_string(protocol::wire_value(code));
  }

  // Every append ends only when `end_append` says so: it waits for a flush.
  void slow_appends() { flush_every(1); }
  void end_append() {
    REQUIRE(flushers.run_one());
    loop.run();
  }
  // Appends are not committed before the other replica has left.
  void await_other() { assign(1, kSelf, {kSelf, kOther}, {kSelf, kOther}); }
  void lose_other() { assign(1, kSelf, {kSelf, kOther}, {kSelf}); }
  void lose_leadership(int32_t epoch = 2) { assign(epoch, kOther, {kSelf, kOther}, {kSelf, kOther}); }
  void resign() {
    host->resign([this] { answers += "#"; });
  }

  // The log, as base offset and count of each batch: "0+1 1+3".
  std::string batches() {
    std::string text;
    for_each_batch([&](const protocol::BatchView& batch) {
      text += (text.empty() ? "" : " ") + std::to_string(batch.base_offset().value) + "+" +
              std::to_string(batch.record_count());
    });
    return text;
  }
  template <class Function>
  void for_each_batch(Function function) {
    Bytes bytes = log_bytes();
    protocol::BatchCursor cursor(bytes);
    while (auto batch = cursor.next()) function(*batch);
  }
  Bytes log_bytes() {
    const Partition::State state = partition->state();
    if (state.end.offset == state.view->start()) return {};
    auto read = state.view->read(state.view->start(), state.end, 1 << 20, true);
    REQUIRE(read.ok());
    Bytes bytes(read->slice.size);
    REQUIRE(read->slice.file->file().read_at(read->slice.position, bytes).ok());
    return bytes;
  }
  // As another node's log, or a damaged disk, would have it: whole batches, with their offsets.
  void plant(const Bytes& batch) {
    partition->as_writer([&](storage::Log& log) -> storage::DiskResult<> {
      const ByteView view = batch;
      auto appended = log.append({&view, 1}, clock.now);
      if (appended.failure) return Error{*appended.failure};
      return {};
    });
  }
  void plant_letters(std::string_view letters, protocol::BatchFields fields = {}) {
    fields.base_offset = partition->state().end.offset;
    fields.leader_epoch = Epoch{1};
    protocol::RecordBatchBuilder builder(fields);
    for (char one : letters) builder.append(1000, as_bytes({&one, 1}), as_bytes("v"));
    protocol::Compressor compressor;
    plant(builder.build(compressor));
  }
  void plant_marker(int64_t producer_id, protocol::ControlType type) {
    plant(protocol::build_transaction_marker(partition->state().end.offset, Epoch{1}, 1000, type, producer_id,
                                             0, Epoch{0}));
  }

  FakeWorkers workers;
  FakeLoop loop{clock};
  ShardHost::Config config;
  std::shared_ptr<ShardHost> host;
  LetterShard* shard = nullptr;
  std::string seen, answers;
};

}  // namespace klamm::broker::testing
