// What a shard's host makes of the log that it finds.
#include "tests/testing.h"

#include "tests/broker/coordinator_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::BatchFields;
using protocol::Codec;
using protocol::ControlType;

namespace {

BatchFields transaction_of(int64_t producer_id) {
  BatchFields fields;
  fields.is_transactional = true;
  fields.producer_id = producer_id;
  fields.producer_epoch = 0;
  fields.base_sequence = 0;
  return fields;
}

BatchFields compressed(Codec codec) {
  BatchFields fields;
  fields.compression = protocol::Compression::by_default(codec);
  return fields;
}

}  // namespace

TEST_CASE_METHOD(CoordinatorFixture, "a log that is not known to be led yet is loaded once it is") {
  lose_leadership(2);
  make_host(3);
  REQUIRE(host->state() == ShardHost::State::kLoading);
  assign(3, kSelf, {kSelf}, {kSelf});
  loop.advance(100);
  REQUIRE(host->state() == ShardHost::State::kActive);
}

TEST_CASE_METHOD(CoordinatorFixture, "a restart goes on where the log ends") {
  make_host();
  write("ab", '1');
  write("c", '2');
  make_host();
  REQUIRE(shard->state == "abc|");
  REQUIRE(shard->loaded_offsets == "0 1 2");
  write("d", '3');
  REQUIRE(shard->state == "abc|d");
  REQUIRE(shard->applied_offsets == "3");
}

TEST_CASE_METHOD(CoordinatorFixture, "a log in small pieces is the same log") {
  for (int i = 0; i < 20; ++i) plant_letters("abc");
  config.load_buffer_size = GENERATE(1, 70, 100, 1 << 20);
  make_host();
  std::string all;
  for (int i = 0; i < 20; ++i) all += "abc";
  REQUIRE(shard->state == all + "|");
}

TEST_CASE_METHOD(CoordinatorFixture, "every codec is read, whatever the node writes") {
  for (Codec codec : {Codec::kNone, Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd}) {
    plant_letters("ab", compressed(codec));
  }
  make_host();
  REQUIRE(shard->state == "ababababab|");
}

TEST_CASE_METHOD(CoordinatorFixture, "a node writes with the codec that it is told to") {
  config.compression = protocol::Compression::by_default(Codec::kZstd);
  make_host();
  host->run(ShardHost::Step::kOrdered, [this](Outcome<ShardHost::Turn>) {
    shard->journal.write({letter("a", 1000)}, [](ErrorCode, Now) {});
  });
  for_each_batch([](const protocol::BatchView& batch) {
    REQUIRE(batch.codec() == Codec::kZstd);
    REQUIRE(batch.size() < 300);
  });
  make_host();
  REQUIRE(shard->state == "a|");
}

TEST_CASE_METHOD(CoordinatorFixture,
                 "a transaction counts when it is committed, and not when it is aborted") {
  plant_letters("a", transaction_of(7));
  plant_letters("b", transaction_of(8));
  plant_letters("c", transaction_of(9));
  plant_letters("d");
  plant_marker(8, ControlType::kAbort);
  plant_marker(7, ControlType::kCommit);
  make_host();
  REQUIRE(shard->state == "da|");
  REQUIRE(shard->open.size() == 1);
}

TEST_CASE_METHOD(CoordinatorFixture, "compaction leaves gaps, and tombstones of what is gone") {
  BatchFields fields;
  fields.base_offset = Offset{10};
  fields.leader_epoch = Epoch{1};
  protocol::RecordBatchBuilder builder(fields);
  builder.append_at(Offset{13}, 1000, as_bytes("a"), std::nullopt);
  builder.append_at(Offset{20}, 1000, as_bytes("b"), as_bytes("v"));
  builder.set_last_offset(Offset{30});
  plant(builder.build());
  make_host();
  REQUIRE(shard->state == "-ab|");
  REQUIRE(shard->loaded_offsets == "13 20");
  write("c", '1');
  REQUIRE(shard->applied_offsets == "31");
}

TEST_CASE_METHOD(CoordinatorFixture, "a log whose end compaction has emptied is loaded") {
  plant_letters("a");
  BatchFields fields;
  fields.base_offset = Offset{5};
  fields.leader_epoch = Epoch{1};
  fields.producer_id = 3;
  fields.producer_epoch = 0;
  fields.base_sequence = 0;
  protocol::RecordBatchBuilder builder(fields);
  builder.set_last_offset(Offset{9});
  builder.set_max_timestamp(1000);
  plant(builder.build());
  make_host();
  REQUIRE(shard->state == "a|");
  write("b", '1');
  REQUIRE(shard->applied_offsets == "10");
}

TEST_CASE_METHOD(CoordinatorFixture, "what lies before the log's start is not loaded") {
  plant_letters("a");
  plant_letters("b");
  REQUIRE(partition->delete_records_before(Offset{1}).ok());
  make_host();
  REQUIRE(shard->state == "b|");
}

TEST_CASE_METHOD(CoordinatorFixture, "what is not replicated yet is loaded, and answers wait for it") {
  await_other();
  plant_letters("ab");
  make_host();
  REQUIRE(shard->state == "ab|");
  write("", '1');
  REQUIRE(answers.empty());
  lose_other();
  REQUIRE(answers == "1");
}

// ---- while it loads ----

namespace {

struct Loading : CoordinatorFixture {
  Loading() {
    for (int i = 0; i < 5; ++i) plant_letters("a");
    workers.inline_now = false;
    config.load_buffer_size = 1;
    make_host();
    REQUIRE(workers.run_one());
  }
  void finish() {
    while (workers.run_one()) {
    }
  }
};

}  // namespace

TEST_CASE_METHOD(Loading, "who comes while the log is loaded is told so, and is served afterwards") {
  write("b", '1');
  REQUIRE(answers == "1!14");
  finish();
  write("b", '2');
  REQUIRE(shard->state == "aaaaa|b");
  REQUIRE(answers == "1!142");
}

TEST_CASE_METHOD(Loading, "what has to reach the shard waits until it is loaded") {
  host->run_when_loaded([this](Outcome<ShardHost::Turn> turn) {
    REQUIRE(turn.ok());
    write_in_turn("b", '1');
  });
  REQUIRE(answers.empty());
  finish();
  REQUIRE(shard->state == "aaaaa|b");
  REQUIRE(answers == "1");
}

TEST_CASE_METHOD(Loading, "a load ends when the leadership does, and its waiters are told") {
  host->run_when_loaded([this](Outcome<ShardHost::Turn> turn) { answer('1', turn.error()); });
  resign();
  REQUIRE(answers == "1!16#");
  REQUIRE(workers.run_one());
  REQUIRE_FALSE(workers.run_one());
  REQUIRE(host->state() == ShardHost::State::kResigned);
}

TEST_CASE_METHOD(Loading, "a load ends when the partition knows of another leader before its host does") {
  lose_leadership();
  REQUIRE(workers.run_one());
  REQUIRE_FALSE(workers.run_one());
  write("b", '1');
  resign();
  REQUIRE(answers == "1!14#");
}

TEST_CASE_METHOD(Loading, "a log whose start moves meanwhile is loaded from there") {
  REQUIRE(partition->delete_records_before(Offset{4}).ok());
  finish();
  REQUIRE(shard->loaded_offsets == "0 4");
}

TEST_CASE_METHOD(Loading, "records that are appended meanwhile are loaded too") {
  plant_letters("b");
  finish();
  REQUIRE(shard->state == "aaaaab|");
}

TEST_CASE_METHOD(Loading, "a log whose files cannot be opened for now is loaded when they can") {
  partition->as_writer([](storage::Log& log) {
    log.close_idle_files();
    return storage::DiskResult<>();
  });
  disk.inject({.operation = sim::DiskOperation::kOpen, .path_part = ".log", .times = 2, .code = EMFILE});
  finish();
  write("b", '1');
  for (int i = 0; i < 2; ++i) {
    loop.advance(1'000);
    finish();
  }
  write("b", '2');
  REQUIRE(answers == "1!142");
  REQUIRE(shard->state == "aaaaa|b");
}

// ---- what cannot be loaded ----

namespace {

struct Unreadable : CoordinatorFixture {
  void require_refused() {
    make_host();
    REQUIRE(host->state() == ShardHost::State::kFailed);
    write("b", '1');
    REQUIRE(answers == "1!16");
    REQUIRE_FALSE(host->continue_in(Epoch{2}));
  }
};

}  // namespace

TEST_CASE_METHOD(Unreadable, "a record that the shard cannot read") {
  plant_letters("a?b");
  require_refused();
}

TEST_CASE_METHOD(Unreadable, "a record without a key") {
  protocol::RecordBatchBuilder builder(BatchFields{});
  builder.append(1000, std::nullopt, as_bytes("v"));
  plant(builder.build());
  require_refused();
}

TEST_CASE_METHOD(Unreadable, "bytes that have changed on the disk") {
  plant_letters("abc");
  disk.flip_bit("/logs/t-0/00000000000000000000.log", 68, 0);
  require_refused();
}

TEST_CASE_METHOD(Unreadable, "a batch that cannot be decompressed") {
  plant_letters("a");
  BatchFields fields;
  fields.base_offset = Offset{1};
  protocol::RecordBatchBuilder builder(fields);
  builder.append(1000, as_bytes("b"), as_bytes("v"));
  Bytes batch = builder.build();
  batch[protocol::batch_layout::kAttributes + 1] |= 4;  // says zstd, and is plain
  protocol::refresh_crc(batch);
  plant(batch);
  require_refused();
}
