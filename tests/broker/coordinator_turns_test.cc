// What a shard's host does with its steps: order, appends, commits, deadlines, the end of its term.
#include "tests/testing.h"

#include "tests/broker/coordinator_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Active : CoordinatorFixture {
  Active() {
    make_host();
    REQUIRE(host->state() == ShardHost::State::kActive);
  }
};

}  // namespace

TEST_CASE_METHOD(Active, "what a step writes is in the log, in the shard and answered") {
  write("ab", '1');
  REQUIRE(batches() == "0+2");
  REQUIRE(shard->state == "|ab");
  REQUIRE(shard->applied_offsets == "0 1");
  REQUIRE(answers == "1");
}

TEST_CASE_METHOD(Active, "the next step sees what the one before it wrote") {
  slow_appends();
  write("a", '1');
  write("b", '2');
  REQUIRE(seen == "1:| ");
  end_append();
  REQUIRE(seen == "1:| 2:|a ");
  end_append();
  REQUIRE(shard->state == "|ab");
  REQUIRE(answers == "12");
}

TEST_CASE_METHOD(Active, "nothing is applied before its append has ended") {
  slow_appends();
  write("a", '1');
  REQUIRE(shard->state == "|");
  REQUIRE(answers.empty());
  end_append();
  REQUIRE(shard->state == "|a");
  REQUIRE(answers == "1");
}

TEST_CASE_METHOD(Active, "an answer waits for the replicas") {
  await_other();
  write("a", '1');
  write("", '2');
  REQUIRE(shard->state == "|a");
  REQUIRE(answers.empty());
  lose_other();
  REQUIRE(answers == "12");
}

TEST_CASE_METHOD(Active, "what writes nothing, and has seen nothing open, is answered at once") {
  write("", '1');
  REQUIRE(answers == "1");
  REQUIRE(batches().empty());
}

TEST_CASE_METHOD(Active, "writes of one step are answered in their order, though they are one batch") {
  host->run(ShardHost::Step::kOrdered, [this](Outcome<ShardHost::Turn>) {
    write_in_turn("a", '1');
    write_in_turn("bc", '2');
  });
  REQUIRE(batches() == "0+3");
  REQUIRE(answers == "12");
}

TEST_CASE_METHOD(Active, "an append that the log refuses leaves no trace, and its client is told") {
  require_in_sync(2);
  assign(1, kSelf, {kSelf, kOther}, {kSelf});
  write("a", '1');
  REQUIRE(answers == "1!15");
  REQUIRE(shard->state == "|");
  REQUIRE(batches().empty());
}

TEST_CASE_METHOD(Active, "an append whose flush fails is told and does not count") {
  slow_appends();
  write("a", '1');
  write("b", '2');
  fail_syncs();
  end_append();
  REQUIRE(answers == "1!162!16");
  REQUIRE(shard->state == "|");
}

// ---- independent steps ----

TEST_CASE_METHOD(Active, "commits that wait for their turn together are one batch") {
  slow_appends();
  write("a", '1');
  commit("b", '2');
  commit("c", '3');
  commit("d", '4');
  end_append();
  REQUIRE(answers == "1");
  end_append();
  REQUIRE(batches() == "0+1 1+3");
  REQUIRE(answers == "1234");
}

TEST_CASE_METHOD(Active, "commits that were gathered are written, also when no step comes behind them") {
  assign(2, kSelf, {kSelf}, {kSelf});
  host->run(ShardHost::Step::kOrdered, [this](Outcome<ShardHost::Turn>) {
    commit("a", '1');
    REQUIRE(host->continue_in(Epoch{2}));
  });
  REQUIRE(answers == "1");
}

TEST_CASE_METHOD(Active, "a term goes on in the next one only") {
  REQUIRE_FALSE(host->continue_in(Epoch{3}));
  REQUIRE(host->continue_in(Epoch{2}));
  REQUIRE(host->continue_in(Epoch{3}));
}

TEST_CASE_METHOD(Active, "who ends an append has no turns to take") {
  slow_appends();
  write("a", '1');
  write("b", '2');
  REQUIRE(flushers.run_one());
  REQUIRE(seen == "1:| ");
  loop.run();
  REQUIRE(seen == "1:| 2:|a ");
  end_append();
}

TEST_CASE_METHOD(Active, "another step sees all commits before it applied") {
  slow_appends();
  write("a", '1');
  commit("b", '2');
  commit("c", '3');
  write("d", '4');
  commit("e", '5');
  for (int i = 0; i < 4; ++i) end_append();
  REQUIRE(batches() == "0+1 1+2 3+1 4+1");
  REQUIRE(seen == "1:| 2:|a 3:|a 4:|abc 5:|abcd ");
  REQUIRE(answers == "12345");
}

TEST_CASE_METHOD(Active, "commits beyond the size of a batch are several, in order") {
  TopicConfig topic;
  topic.message_size_max = 200;
  topic.flush_messages = 1;
  partition->configure(topic);
  write("a", '1');
  for (char name = '2'; name <= '9'; ++name) commit("b", name);
  while (flushers.run_one()) loop.run();
  REQUIRE(answers == "123456789");
  size_t records = 0;
  for_each_batch([&](const protocol::BatchView& batch) {
    REQUIRE(batch.size() <= 200);
    records += static_cast<size_t>(batch.record_count());
  });
  REQUIRE(records == 9);
}

TEST_CASE_METHOD(Active, "what is too large for a batch is refused alone") {
  TopicConfig topic;
  topic.message_size_max = 200;
  partition->configure(topic);
  host->run(ShardHost::Step::kOrdered, [this](Outcome<ShardHost::Turn>) {
    shard->journal.write({letter("x", 300)}, [this](ErrorCode code, Now) { answer('1', code); });
    write_in_turn("a", '2');
  });
  REQUIRE(answers == "1!-12");
  REQUIRE(shard->state == "|a");
}

// ---- the replicas' time ----

TEST_CASE_METHOD(Active, "a commit that is not replicated in time is answered, and may still come to be") {
  await_other();
  commit("a", '1');
  loop.advance(4'999);
  REQUIRE(answers.empty());
  loop.advance(1);
  REQUIRE(answers == "1!15");
  lose_other();
  REQUIRE(answers == "1!15");
  REQUIRE(shard->state == "|a");
}

TEST_CASE_METHOD(Active, "the time of each commit is its own") {
  await_other();
  commit("a", '1');
  loop.advance(3'000);
  commit("b", '2');
  loop.advance(2'000);
  REQUIRE(answers == "1!15");
  loop.advance(3'000);
  REQUIRE(answers == "1!152!15");
}

// ---- deadlines ----

namespace {

struct Deadlines : Active {
  void set_deadline(int64_t at_ms) {
    host->run(ShardHost::Step::kOrdered,
              [this, at_ms](Outcome<ShardHost::Turn>) { shard->deadline_ms = at_ms; });
    loop.run();
  }
};

}  // namespace

TEST_CASE_METHOD(Deadlines, "a shard is called when its deadline has passed, once") {
  set_deadline(clock.now + 100);
  loop.advance(99);
  REQUIRE(shard->ticks.empty());
  loop.advance(1'000);
  REQUIRE(shard->ticks == std::vector<int64_t>{1'100});
}

TEST_CASE_METHOD(Deadlines, "a deadline that moves later is not armed again before the earlier one is due") {
  set_deadline(clock.now + 100);
  set_deadline(clock.now + 300);
  REQUIRE(loop.timers() == 1);
  loop.advance(100);
  REQUIRE(shard->ticks.empty());
  loop.advance(200);
  REQUIRE(shard->ticks == std::vector<int64_t>{1'300});
}

TEST_CASE_METHOD(Deadlines, "a deadline that moves earlier is met") {
  set_deadline(clock.now + 300);
  set_deadline(clock.now + 100);
  REQUIRE(loop.timers() == 1);
  loop.advance(100);
  REQUIRE(shard->ticks == std::vector<int64_t>{1'100});
}

TEST_CASE_METHOD(Deadlines, "a host that is gone is not called") {
  set_deadline(clock.now + 100);
  resign();
  host.reset();
  loop.advance(100);
  REQUIRE(loop.timers() == 0);
}

// ---- the end of the term ----

TEST_CASE_METHOD(Active, "whoever waits is told when the term ends, and so is who comes later") {
  await_other();
  write("a", '1');
  write("", '2');
  lose_leadership();
  resign();
  write("b", '3');
  REQUIRE(answers == "1!162!16#3!16");
  REQUIRE(shard->state == "|a.");
}

TEST_CASE_METHOD(Active, "an append that is open when the term ends is answered once") {
  slow_appends();
  write("a", '1');
  commit("b", '2');
  commit("c", '3');
  resign();
  REQUIRE(answers.empty());
  end_append();
  while (flushers.run_one()) {
  }
  REQUIRE(answers.find("1") != std::string::npos);
  REQUIRE(std::count(answers.begin(), answers.end(), '2') == 1);
  REQUIRE(std::count(answers.begin(), answers.end(), '3') == 1);
  REQUIRE(answers.back() == '#');
  REQUIRE(host->state() == ShardHost::State::kResigned);
}

TEST_CASE_METHOD(Active, "a term that has ended writes nothing into the next") {
  lose_leadership(2);
  assign(3);
  write("a", '1');
  REQUIRE(answers == "1!16");
  REQUIRE(shard->state == "|");
  REQUIRE(batches().empty());
}

TEST_CASE_METHOD(Active, "a term that goes on in a later epoch writes on") {
  write("a", '1');
  assign(2);
  REQUIRE(host->continue_in(Epoch{2}));
  write("b", '2');
  REQUIRE(shard->state == "|ab");
  REQUIRE(answers == "12");
}

// What was wrong: the partition refused to say when that is committed, and nobody asked again.
TEST_CASE_METHOD(Active, "what was appended when the epoch moved is answered once it is committed") {
  await_other();
  slow_appends();
  write("a", '1');
  REQUIRE(flushers.run_one());
  assign(2, kSelf, {kSelf, kOther}, {kSelf, kOther});
  REQUIRE(host->continue_in(Epoch{2}));
  loop.run();
  REQUIRE(answers.empty());
  assign(2, kSelf, {kSelf, kOther}, {kSelf});
  loop.run();
  REQUIRE(answers == "1");
}

TEST_CASE_METHOD(Active, "an answer may ask for a turn again") {
  host->run(ShardHost::Step::kOrdered, [this](Outcome<ShardHost::Turn>) {
    shard->journal.write({letter("a")}, [this](ErrorCode, Now) { write("b", '2'); });
  });
  REQUIRE(answers == "2");
  REQUIRE(shard->state == "|ab");
}
